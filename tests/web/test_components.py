"""The components: all on the styleguide, valid HTML, usable without a page around them."""

import re
from collections import Counter

import html5lib
import pytest
from flask import Flask, render_template_string
from flask_wtf import CSRFProtect
from markupsafe import Markup
from wtforms import FieldList, Form, FormField, HiddenField, RadioField, StringField
from wtforms.fields import SelectChoice

from portal.paths import TEMPLATES
from portal.web import assets, components, drawing, filters
from portal.web.styleguide import sample_form

OWN_PAGES = ("mail",)


@pytest.fixture
def app():
    app = Flask("portal", static_folder=None, template_folder=str(TEMPLATES))
    app.secret_key = "a key for these tests only, long enough"
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    CSRFProtect(app)
    assets.init_app(app)
    components.init_app(app)
    filters.init_app(app)
    return app


def render(app, source, **values):
    with app.test_request_context():
        return render_template_string(source, **values)


def styleguide(app, query=""):
    return app.test_client().get(f"/styleguide{query}").text


def test_the_styleguide_is_valid_html(app):
    for query in ("", "?theme=dark&density=close&direction=rtl"):
        page = styleguide(app, query)
        parser = html5lib.HTMLParser(strict=False)
        parser.parse(page)
        assert [(place, code) for place, code, _ in parser.errors] == []


def test_ids_are_unique_and_labels_find_their_fields(app):
    page = styleguide(app)
    ids = Counter(re.findall(r'\sid="([^"]+)"', page))
    assert [name for name, times in ids.items() if times > 1] == []
    assert [name for name in re.findall(r'<label[^>]*\sfor="([^"]+)"', page) if name not in ids] == []
    described = [name for names in re.findall(r'aria-describedby="([^"]+)"', page) for name in names.split()]
    assert [name for name in described if name not in ids] == []


def test_nothing_is_inline(app):
    page = styleguide(app)
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", page)


def test_the_styleguide_shows_every_component(app):
    source = (TEMPLATES / "styleguide.html").read_text() + "".join(path.read_text() for path in TEMPLATES.glob("layouts/*.html"))
    called = set(re.findall(r"\bui\.(\w+)", source + "".join(path.read_text() for path in TEMPLATES.glob("components/*.html"))))
    inner = {"errors_below", "label_of", "leaf", "branch", "line", "will_column"}
    elsewhere = {name for stem in OWN_PAGES for name in re.findall(r"macro (\w+)", _source(stem))}
    everything = set(app.jinja_env.globals["ui"])
    assert everything - called - inner - elsewhere == set(), "show it in templates/styleguide.html"


def _source(stem):
    path = TEMPLATES / "components" / f"{stem}.html"
    return path.read_text() if path.exists() else ""


def test_an_unknown_component_is_named(app):
    with pytest.raises(AttributeError, match="no component is called 'sparkle'"):
        _ = app.jinja_env.globals["ui"].sparkle


def test_text_is_escaped_everywhere(app):
    bad = "<script>alert(1)</script>"
    page = render(
        app,
        "{{ ui.button(bad, href=bad) }}{{ ui.status(bad) }}{{ ui.facts([(bad, bad)]) }}{{ ui.tree({bad: [bad]}) }}{{ ui.empty(bad, bad) }}"
        "{{ ui.notice(bad, bad) }}{{ ui.leaders([{'what': bad, 'amount': bad}]) }}"
        "{{ ui.diff([{'name': bad, 'before': bad, 'after': bad}]) }}"
        "{{ ui.toasts([('x', bad)]) }}{{ ui.search('/', bad) }}{{ ui.hero(bad, bad) }}{{ ui.inline_facts([(bad, bad)]) }}",
        bad=bad,
    )
    assert "<script" not in page
    assert page.count("&lt;script&gt;") >= 15


def test_a_form_carries_the_token_when_it_posts_and_only_then(app):
    page = render(app, "{% call ui.form('/a') %}x{% endcall %}")
    assert 'name="csrf_token"' in page
    assert "csrf_token" not in render(app, "{% call ui.form('/a', method='get') %}x{% endcall %}")


def test_a_field_with_an_error_says_so_to_everyone(app):
    page = render(app, "{{ ui.field(form.email) }}", form=sample_form())
    assert 'aria-invalid="true"' in page
    assert 'aria-describedby="email-e"' in page
    assert 'value="topaz.insurance21@"' in page
    assert "The part after @ is missing." in page


def test_the_bad_line_of_json_is_marked(app):
    assert "<b>7</b>" in render(app, "{{ ui.field(form.custom_data, kind='json') }}", form=sample_form())


def test_a_password_is_never_written_back(app):
    form = sample_form()
    form.password.data = "correct horse"
    assert "correct horse" not in render(app, "{{ ui.field(form.password) }}", form=form)


class Inner(Form):
    city = StringField("City")


class Outer(Form):
    key = HiddenField()
    name = StringField("Name")
    mode = RadioField("How", choices=[SelectChoice("a", "A")])
    address = FormField(Inner, label="Billing address")
    ids = FieldList(FormField(Inner), label="Office", min_entries=2)


def test_the_summary_finds_errors_wherever_they_are():
    form = Outer()
    form.name.errors = ["A customer needs a name."]
    form.mode.errors = ["Choose one."]
    form.address.form.city.errors = ["Unknown."]
    form.ids[1].form.city.errors = ["Unknown."]
    form.form_errors.append("Two people saved at once.")
    assert [(error["id"], error["label"]) for error in components.form_errors(form)] == [
        ("name", "Name"),
        ("mode-0", "How"),
        ("address-city", "Billing address, City"),
        ("ids-1-city", "Office 2, City"),
        ("", ""),
    ]


def test_the_summary_counts_in_words(app):
    form = Outer()
    assert "summary" not in render(app, "{{ ui.error_summary(form) }}", form=form)
    form.name.errors = ["A customer needs a name."]
    assert "One thing to put right. Nothing has been saved yet." in render(app, "{{ ui.error_summary(form) }}", form=form)
    assert [components.things(n) for n in (2, 12, 13)] == ["Two things", "Twelve things", "13 things"]


def test_an_empty_table_says_so_instead_of_showing_heads(app):
    page = render(app, "{% call(row) ui.table([], ['Name'], 'Customers', empty=ui.empty('No wallet yet.')) %}{% endcall %}")
    assert "<table" not in page
    assert "No wallet yet." in page


def test_flashed_words_are_on_the_page_without_script(app):
    assert '<div class="toast"><span>Saved.</span></div>' in render(app, "{{ ui.toasts([('message', 'Saved.')]) }}")


def test_a_toast_can_be_undone_without_script(app):
    said = {"text": "<A> is archived.", "label": "Undo", "url": "/undo", "fields": [["choice", 'a"b']]}
    page = render(app, "{{ ui.toasts([('message', said)]) }}", said=said)
    assert "<span>&lt;A&gt; is archived.</span>" in page
    assert '<form action="/undo" method="post"' in page
    assert 'name="choice" value="a&#34;b"' in page
    assert "<button>Undo</button>" in page


def test_attributes_leave_out_what_is_not():
    assert components.attributes({"class": None, "open": True, "hidden": False, "hx_get": "/?a&b"}) == ' open hx-get="/?a&amp;b"'


def test_the_staircase_ends_at_the_last_balance():
    drawn = drawing.staircase([(0, 0), (10, 40_000), (20, 20_000)])
    assert [line["text"] for line in drawn["lines"]] == ["400", "300", "200", "100", ""]
    assert drawn["path"] == "M0 136.0H300.0V0.0H600.0V68.0"
    assert drawn["end"] == 68.0


def test_a_balance_below_zero_has_its_zero_line_inside():
    drawn = drawing.staircase([(0, 100), (1, -100)], exponent=0)
    assert [(line["text"], line["zero"]) for line in drawn["lines"]] == [
        ("100", False),
        ("50", False),
        ("", True),
        ("−50", False),
        ("−100", False),
    ]


def test_an_empty_history_is_a_line_at_zero():
    assert drawing.staircase([])["path"].startswith("M0 136.0")


def test_the_scale_adds_up_to_the_whole_and_marks_the_threshold():
    parts = [
        {"label": "Paid", "value": 300, "text": "3.00", "kind": "paid"},
        {"label": "Gift", "value": 100, "text": "1.00", "kind": "promotional"},
    ]
    drawn = drawing.scale(parts, {"value": 100, "words": "told below 1"})
    assert [(part["x"], part["width"]) for part in drawn["parts"]] == [(0, 75), (75, 25)]
    assert drawn["mark"] == 25
    assert drawing.scale(parts[:1], {"value": 600, "words": "told below 6"})["parts"][0]["width"] == 50


def test_a_component_that_is_kept_tells_text_from_markup(app):
    ui = app.jinja_env.globals["ui"]
    assert "&lt;b&gt;" in ui.button("<b>")
    assert "<b>" in ui.button(Markup("<b>"))
    assert ui.button("Go", href="/") == ui.button("Go", href="/")
    assert 'rel="next"' in ui.button("Next", href="/", rel="next", attrs={"id": "n"})


def test_what_is_read_only_when_it_is_drawn_is_drawn_each_time():
    class Rooms:
        def __init__(self, *labels):
            self.labels = labels

        def __iter__(self):
            return iter(self.labels)

    draw = components.once(lambda rooms: Markup(", ").join(rooms))
    for number in range(50):  # each may lie where the one before lay
        assert draw(Rooms(f"Room {number}")) == f"Room {number}"
        assert draw(label for label in [f"Hall {number}"]) == f"Hall {number}"
