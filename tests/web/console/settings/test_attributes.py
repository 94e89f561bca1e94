"""The settings page of custom attributes."""

from uuid import uuid4

import pytest
from sqlalchemy import select

from portal.domain import attributes, customers
from portal.model import AuditEvent, CustomAttribute
from tests import factories

PLACE = "/console/settings/attributes"


@pytest.fixture
def define(database, cast):
    """Defines an attribute: define("Seats", "whole")."""

    def defined(label, kind="text", **facts):
        with database.writing() as session:
            return attributes.define(session, {"label": label, "kind": kind, **facts}, by=cast.operator())

    return defined


def labels(database) -> list[str]:
    with database.reading() as session:
        return [one.label for one in attributes.all(session)]


def test_without_any_the_page_says_what_they_are_for(client):
    page = client.as_operator("manager").get(PLACE)
    assert "No attributes yet." in page.text
    assert [link.get("href") for link in page.find_all("a", class_="act")] == [f"{PLACE}/new"]
    assert page.find("a", aria_current="page", href=PLACE) is not None


def test_the_settings_lead_to_the_first_of_them(client):
    assert client.as_operator("support").get("/console/settings", status=303).location == PLACE


@pytest.mark.parametrize(
    ("kind", "typed", "kept"),
    [
        ("text", {"default": "x"}, ("x", [])),
        ("whole", {"default": "1,200"}, (1200, [])),
        ("decimal", {"default": "12.50"}, ("12.50", [])),
        ("yes_no", {"default": "no"}, (False, [])),
        ("date", {"default": "2026-12-31"}, ("2026-12-31", [])),
        ("choice", {"choices": "SMB\r\nEnterprise\r\n", "default": "smb"}, ("SMB", ["SMB", "Enterprise"])),
        ("list", {"choices": "", "default": "a\r\nb"}, (["a", "b"], [])),
        ("json", {"default": '{"a": 1}'}, ({"a": 1}, [])),
    ],
)
def test_an_attribute_of_each_kind_is_defined(client, database, kind, typed, kept):
    staff = client.as_operator("manager")
    page = staff.get(f"{PLACE}/new")
    link = next(link.get("href") for link in page.find_all("a") if (link.get("href") or "").endswith(f"?kind={kind}"))
    answer = staff.submit(staff.get(link), PLACE, {"label": "It & that", "required": "y", **typed})
    assert "It & that is on the customer form now." in staff.follow(answer).text
    with database.reading() as session:
        (made,) = attributes.all(session)
        event = session.scalars(select(AuditEvent).where(AuditEvent.action == "attribute.defined")).one()
    assert (made.key, made.kind, made.required, made.business_entity_id) == ("it_that", kind, True, None)
    assert (made.default, made.choices) == kept
    assert event.actor_name == "Manager Operator"


def test_the_list_shows_what_they_are(client, cast, define):
    define("Segment", "choice", choices=["A", "B", "C", "D", "E", "F"], default="A", required=True, business_entity_id=cast.entity.id)
    define("Seats", "whole")
    page = client.as_operator("support").get(PLACE)
    assert "A, B, C, D and 2 more" in page.text
    assert [row.text for row in page.find_all("th", scope="row")] == ["Segment", "Seats"]
    assert "Northwind" in page.text
    assert "a value is needed" in page.text
    assert not page.find_all("a", class_="act")
    assert not page.find_all("button", name="direction")


def test_the_form_says_what_is_wrong_and_keeps_what_was_typed(client, define, database):
    define("Seats", "whole")
    staff = client.as_operator()
    typed = {"label": "seats", "key": "Seats 2", "choices": "Red\nred", "default": "Blue"}
    page = staff.submit(staff.get(f"{PLACE}/new?kind=choice"), PLACE, typed, status=422)
    assert "“red” stands there twice." in "".join(page.find("div", id="choices-e").itertext())
    assert page.form(PLACE) | {"csrf_token": ""} == staff.get(f"{PLACE}/new?kind=choice").form(PLACE) | typed | {"csrf_token": ""}
    page = staff.submit(page, PLACE, {"choices": "Red"}, status=422)
    assert "seats_2 would do." in "".join(page.find("div", id="key-e").itertext())
    page = staff.submit(page, PLACE, {"key": "seats"}, status=422)
    assert "Seats has the key seats already." in "".join(page.find("div", id="key-e").itertext())
    page = staff.submit(page, PLACE, {"key": "seats_2"}, status=422)
    assert "There is another attribute called seats." in "".join(page.find("div", id="label-e").itertext())
    page = staff.submit(page, PLACE, {"label": "Colour"}, status=422)
    assert "“Blue” is not one of the choices: Red." in "".join(page.find("div", id="default-e").itertext())
    page = staff.submit(page, PLACE, {"choices": ""}, status=422)
    assert "A choice needs something to choose from." in "".join(page.find("div", id="choices-e").itertext())
    page = staff.submit(staff.get(f"{PLACE}/new?kind=date"), PLACE, {"label": "", "default": "soon"}, status=422)
    assert "Two things to put right" in page.text
    assert page.form(PLACE)["default"] == "soon"
    assert labels(database) == ["Seats"]


def test_a_definition_is_changed_all_but_its_key_and_kind(client, cast, define, database):
    made = define("Term", "date", default="2026-01-31")
    staff = client.as_operator("manager")
    page = staff.get(f"{PLACE}/{made.id}/edit")
    assert page.form(f"{PLACE}/{made.id}")["default"] == "2026-01-31"
    changes = {"label": "End of term", "default": "", "business_entity": str(cast.entity.id), "kind": "whole", "key": "other"}
    staff.submit(page, f"{PLACE}/{made.id}", changes)
    with database.reading() as session:
        changed = attributes.find(session, made.id)
    assert (changed.label, changed.default, changed.business_entity_id) == ("End of term", None, cast.entity.id)
    assert (changed.key, changed.kind) == ("term", "date")
    define("Start")
    page = staff.submit(staff.get(f"{PLACE}/{made.id}/edit"), f"{PLACE}/{made.id}", {"label": "Start"}, status=422)
    assert page.h1 == "Edit End of term"
    assert "There is another attribute called Start." in page.text
    assert labels(database) == ["End of term", "Start"]


def test_the_order_is_changed_without_a_script(client, define, database):
    for label in ("A", "B", "C"):
        made = define(label)
    staff = client.as_operator("manager")
    page = staff.get(PLACE)
    moves = [button.get("aria-label") for button in page.find_all("button", name="direction")]
    assert moves == ["Move A down", "Move B up", "Move B down", "Move C up"]
    staff.submit(page, f"{made.id}/position", {"direction": "up"})
    assert labels(database) == ["A", "C", "B"]
    staff.submit(staff.get(PLACE), f"{made.id}/position", {"direction": "down"})
    assert labels(database) == ["A", "B", "C"]
    staff.submit(staff.get(PLACE), f"{made.id}/position", {"direction": "sideways"}, status=422)


def test_removing_says_first_what_it_does(client, cast, define, database):
    made = define("Seats", "whole")
    with database.writing() as session:
        own = customers.find(session, cast.operator(), cast.own.id)
        customers.change(session, own, {"attributes": {"seats": 12}}, version=None, by=cast.operator())
    staff = client.as_operator("manager")
    page = staff.get(f"{PLACE}/{made.id}/edit")
    assert page.find("a", href=f"{PLACE}/{made.id}/removal") is not None
    page = staff.get(f"{PLACE}/{made.id}/removal")
    assert page.h1 == "Take Seats off the form?"
    assert "1 customer has a value. What they have goes out of sight and is kept." in page.text
    assert labels(database) == ["Seats"]
    page = staff.follow(staff.submit(page, "removal"))
    assert "Seats is off the form. What customers have is kept." in page.text
    assert labels(database) == []
    with database.reading() as session:
        assert customers.find(session, cast.operator(), cast.own.id).attributes == {"seats": 12}


def test_markup_in_a_name_is_words(client, define):
    define("<b>Bold</b>", "choice", choices=["<i>"], default="<i>")
    page = client.as_operator().get(PLACE)
    assert not page.find_all("i")
    assert "<b>Bold</b>" in page.text


def test_who_may_and_who_may_not(client, define):
    made = define("Seats")
    places = (f"{PLACE}/new", f"{PLACE}/{made.id}/edit", f"{PLACE}/{made.id}/removal")
    for role in ("support", "finance"):
        reader = client.as_operator(role)
        assert reader.get("/console/customers").find_all("a", href=PLACE)
        reader.get(PLACE)
        for place in places:
            reader.get(place, status=403)
        for place in (PLACE, f"{PLACE}/{made.id}", f"{PLACE}/{made.id}/position", f"{PLACE}/{made.id}/removal"):
            reader.post(place, {"label": "Mine"}, status=403)
    viewer = client.as_operator("viewer")
    viewer.get(PLACE, status=403)
    assert not viewer.get("/console/customers").find_all("a", href=PLACE)
    client.as_person().get(PLACE, status=303)


def test_nonsense_is_no_page(client, database):
    staff = client.as_operator()
    assert staff.get(f"{PLACE}/new?kind=nonsense").h1 == "What shall it hold?"
    assert staff.post(PLACE, {"kind": "nonsense", "label": "X"}, status=422).h1 == "What shall it hold?"
    staff.get(f"{PLACE}/{uuid4()}/edit", status=404)
    staff.get(f"{PLACE}/nonsense/edit", status=404)
    staff.post(f"{PLACE}/{uuid4()}/removal", status=404)
    page = staff.submit(staff.get(f"{PLACE}/new?kind=text"), PLACE, {"label": "X", "business_entity": str(uuid4())}, status=422)
    assert "is not one of the choices" in page.text
    assert staff.http.put(PLACE).status_code == 405
    with database.reading() as session:
        assert session.scalars(select(CustomAttribute)).all() == []


def test_each_business_entity_can_be_asked_alone(client, database, define):
    with database.writing() as session:
        other, _ = factories.entity(session, name="Southwind", is_default=False)
    staff = client.as_operator()
    page = staff.get(f"{PLACE}/new?kind=text")
    assert "Customers of Southwind" in page.text
    staff.submit(page, PLACE, {"label": "Only there", "business_entity": str(other.id)})
    assert "Southwind" in staff.get(PLACE).text
