"""Yours and theirs, side by side, and one form out of both."""

from werkzeug.datastructures import MultiDict
from wtforms import FieldList, Form, FormField

from portal.web.forms import merging
from portal.web.forms.fields import LineField, TickField


class Row(Form):
    word = LineField()


class Sheet(Form):
    name = LineField("Name")
    place = LineField("Place")
    open = TickField("Open")
    rows = FieldList(FormField(Row), "Rows")


PARTS = (("name", ("name",)), ("place", ("open", "place")), ("rows", ("rows",)))
SHOWN = {"name": "A", "place": "P", "open": True, "rows": [{"word": "x"}]}
SENT = {"name": "A", "place": "P", "open": "y", "rows-0-word": "x"}


def compare(sent: dict, theirs: dict) -> dict[str, str]:
    was = merging.marks(Sheet(data=SHOWN), PARTS)
    found = merging.differences(Sheet(MultiDict(SENT | sent)), Sheet(data=SHOWN | theirs), PARTS, {"name", "place", "open", "rows"}, was)
    return {difference.part: difference.keep for difference in found}


def test_what_both_left_alone_is_no_difference():
    assert compare({}, {}) == {}


def test_what_only_they_touched_is_theirs_unless_one_says_otherwise():
    assert compare({}, {"name": "B"}) == {"name": "theirs"}


def test_what_both_touched_is_yours_unless_one_says_otherwise():
    assert compare({"name": "C"}, {"name": "B"}) == {"name": "yours"}


def test_fields_that_belong_together_are_one_choice():
    assert compare({"place": "Q"}, {"open": False}) == {"place": "yours"}


def test_without_marks_everything_that_differs_is_yours_first():
    found = merging.differences(Sheet(MultiDict(SENT)), Sheet(data=SHOWN | {"name": "B"}), PARTS, {"name"}, "not JSON")
    assert [difference.keep for difference in found] == ["yours"]


def test_choosing_theirs_puts_all_its_fields_in_place_of_yours():
    sent = MultiDict(SENT | {"rows-1-word": "mine", "name": "Mine", "keep-place": "theirs", "keep-rows": "theirs", "keep-name": "yours"})
    theirs = Sheet(data={"name": "B", "place": "Q", "open": False, "rows": [{"word": "y"}]})
    merged = Sheet(merging.adopt(sent, theirs, PARTS))
    assert merged.name.raw == "Mine"
    assert merged.place.raw == "Q"
    assert merged.open.data is False
    assert [row.form.word.raw for row in merged.rows] == ["y"]
