"""Brands in the settings: shown, changed by two at once, with a logo, and only where the reader reaches."""

import json
from io import BytesIO

import pytest
from sqlalchemy import select, update

from portal.model import AuditEvent, BusinessEntity, Logo, Membership
from portal.values import ids
from tests import factories, pictures

HERE = "/console/settings/brands"
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def place(cast) -> str:
    return f"{HERE}/{cast.entity.id}"


@pytest.fixture
def southwind(database):
    """Another business entity of ours."""
    with database.writing() as session:
        return factories.entity(session, name="Southwind", is_default=False)[0].id


@pytest.fixture
def limit(database, cast, southwind):
    """Limit an operator of the cast to the business entity of the cast."""

    def limited(role: str) -> None:
        with database.writing() as session:
            session.execute(
                update(Membership).where(Membership.user_id == cast.operators[role].id).values(business_entity_id=cast.entity.id)
            )

    return limited


def kept(database, entity_id) -> BusinessEntity:
    with database.reading() as session:
        return session.get_one(BusinessEntity, entity_id)


def acts(database) -> list[AuditEvent]:
    with database.reading() as session:
        return list(session.scalars(select(AuditEvent).where(AuditEvent.action.startswith("business_entity.")).order_by(AuditEvent.id)))


def upload(client, place: str, body: bytes, *, name: str = "logo.png", status: int = 303, **changes):
    """Send a logo as a browser would."""
    page = client.get(place)
    sent = page.form(f"{place}/logos") | changes | {"logo": (BytesIO(body), name)}
    return client.post(f"{place}/logos", sent, status=status, content_type="multipart/form-data")


def test_each_business_entity_is_listed_and_leads_to_its_brand(client, cast, place, southwind):
    page = client.as_operator("support").get(HERE)
    assert [page.find("a", href=f"{HERE}/{one}").text for one in (cast.entity.id, southwind)] == ["Northwind", "Southwind"]
    assert "bottle green" in page.text
    shown = client.as_operator("support").get(place)
    assert shown.h1 == "Northwind"
    assert "Torstraße 140, 10119 Berlin" in shown.text
    assert "Without a logo the name stands there." in shown.text


def test_a_brand_is_changed_and_the_change_is_recorded(client, cast, place, database):
    manager = client.as_operator("manager")
    written = {"name": " Nordwind ", "colour": "AA3300", "country": "AT", "locale": "de", "time_zone": "Europe/Vienna", "currency": "CHF"}
    page = manager.follow(manager.submit(manager.get(f"{place}/edit"), place, written))
    assert page.h1 == "Nordwind"
    assert "Light: #aa3300 as it is, with words in near-white." in page.text
    entity = kept(database, cast.entity.id)
    assert [entity.name, entity.colour, entity.country, entity.locale] == ["Nordwind", "#aa3300", "AT", "de"]
    assert [entity.time_zone, entity.currency] == ["Europe/Vienna", "CHF"]
    (event,) = acts(database)
    assert (event.action, event.subject_id, event.actor_name) == ("business_entity.changed", cast.entity.id, "Manager Operator")
    assert event.changes["name"] == ["Northwind", "Nordwind"]
    assert "changed the brand of Nordwind" in client.as_operator("owner").get("/console/activity").text


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("name", "", "The name is missing: it stands at the head of the portal and of every letter."),
        ("name", "x" * 81, "81 characters are too many: there is room for 80."),
        ("legal_name", "  ", "The legal name is missing"),
        ("address_line", "x" * 256, "256 characters are too many"),
        ("colour", "green", "“green” is no colour as it is written here: # and six digits, as in #1b5441."),
        ("colour", '#123456"/><script>', "is no colour as it is written here"),
        ("country", "Atlantis", "Atlantis"),
        ("locale", "tlh", "is not a language offered here"),
        ("time_zone", "Mars/Base", "is not a time zone we know"),
        ("currency", "ZZZ", "ZZZ"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_kept_as_typed(client, cast, place, database, field, typed, sentence):
    manager = client.as_operator("manager")
    page = manager.submit(manager.get(f"{place}/edit"), place, {"legal_name": "Other GmbH", field: typed}, status=422)
    assert sentence in page.text
    assert page.form(place)[field] == typed
    assert page.h1 == "Edit Northwind"
    assert kept(database, cast.entity.id).legal_name == "Northwind Billing GmbH"
    assert acts(database) == []


def test_two_at_once_in_different_fields_both_keep_what_they_wrote(client, cast, place, database):
    manager, owner = client.as_operator("manager"), client.as_operator("owner")
    one, other = manager.get(f"{place}/edit"), owner.get(f"{place}/edit")
    manager.submit(one, place, {"name": "Nordwind"})
    owner.submit(other, place, {"address_line": "Am Hafen 1, 20457 Hamburg"})
    entity = kept(database, cast.entity.id)
    assert (entity.name, entity.address_line) == ("Nordwind", "Am Hafen 1, 20457 Hamburg")


def test_two_at_once_in_the_same_field_the_second_sees_both_and_decides(client, cast, place, database):
    manager, owner = client.as_operator("manager"), client.as_operator("owner")
    one, other = manager.get(f"{place}/edit"), owner.get(f"{place}/edit")
    manager.submit(one, place, {"name": "Nordwind", "colour": "#aa3300", "time_zone": "Europe/Vienna"})
    told = owner.submit(other, place, {"name": "Northwind Energy", "time_zone": "Europe/Paris", "legal_name": "Energy GmbH"}, status=422)
    assert "Somebody changed this brand while you had it open." in told.text
    assert [node.text for node in told.find_all("del")] == ["Nordwind", "Europe/Vienna"]
    assert [node.text for node in told.find_all("ins")] == ["Northwind Energy", "Europe/Paris"]
    assert kept(database, cast.entity.id).name == "Nordwind"
    again = told.form(place)
    assert [again[name] for name in ("name", "legal_name", "colour")] == ["Northwind Energy", "Energy GmbH", "#aa3300"]
    owner.submit(told, place)
    entity = kept(database, cast.entity.id)
    assert [entity.name, entity.legal_name, entity.colour, entity.time_zone] == [
        "Northwind Energy",
        "Energy GmbH",
        "#aa3300",
        "Europe/Paris",
    ]


@pytest.mark.parametrize("version", ["", "{", "[1]", json.dumps({"name": 1}), json.dumps({"what": "else"})])
def test_a_form_that_does_not_tell_what_was_shown_saves_what_is_in_it(client, cast, place, database, version):
    manager = client.as_operator("manager")
    manager.submit(manager.get(f"{place}/edit"), place, {"name": "Nordwind", "version": version})
    assert kept(database, cast.entity.id).name == "Nordwind"


def test_what_becomes_of_a_colour_is_shown_before_it_is_saved(client, place):
    manager = client.as_operator("manager")
    part = manager.get(f"{place}/edit?colour=%23ffcc00", htmx=True)
    assert "white words could not be read on #ffcc00" in part.text
    assert len(part.find_all(f"{SVG}rect")) == 2
    assert "Nothing can be shown for this colour." in manager.get(f"{place}/edit?colour=<script>", htmx=True).text
    assert "#1b5441 as it is" in manager.get(f"{place}/edit?colour=", htmx=True).text


def test_a_logo_is_uploaded_and_shown_on_both_grounds_and_in_a_letter(client, cast, place, database):
    manager = client.as_operator("manager")
    page = manager.follow(upload(manager, place, pictures.png()))
    entity = kept(database, cast.entity.id)
    shown = page.find_all("img", src=f"/logos/{entity.logo}")
    assert [(node.get("width"), node.get("height")) for node in shown] == [("160", "40")] * 2
    assert "PNG, 320 × 80 pixels" in page.text
    for dark in ("", "?dark=1"):
        letter = manager.http.get(f"{place}/letter{dark}")
        assert f'src="http://localhost/logos/{entity.logo}"' in letter.get_data(as_text=True)
        policy = letter.headers["Content-Security-Policy"]
        assert policy.startswith("sandbox;")
        assert "img-src data: http://localhost/logos/" in policy
    assert f"/logos/{entity.logo}" in manager.get(HERE).body
    assert "changed the logo of Northwind" in client.as_operator("owner").get("/console/activity").text


@pytest.mark.parametrize(
    ("body", "name", "sentence"),
    [
        (b"", "", "Choose a file."),
        (b"", "logo.png", "The file is empty."),
        (b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "logo.png", "That is an SVG."),
        (b"<html><script>alert(1)</script></html>", "logo.gif", "That is no PNG, JPEG, GIF or WebP, whatever its name says."),
        (pictures.png(30_000, 30_000), "logo.png", "no side may be longer than 2,000"),
        (pictures.png()[:-9], "logo.png", "begins as a PNG, but is cut off"),
        (pictures.jpeg() + bytes(300_000), "logo.jpg", "at most 300 kB fit"),
        (pictures.gif(800, 20), "logo.gif", "more than 10 times as wide as high"),
    ],
    ids=["none", "empty", "svg", "html", "bomb", "cut off", "heavy", "line"],
)
def test_what_is_no_logo_is_said_at_its_field(client, place, database, body, name, sentence):
    page = upload(client.as_operator("manager"), place, body, name=name, status=422)
    assert sentence in page.text
    with database.reading() as session:
        assert session.scalars(select(Logo.id)).all() == []


def test_its_kind_is_that_of_its_content_not_of_its_name(client, cast, place, database):
    upload(client.as_operator("manager"), place, pictures.jpeg(), name="../../evil.html")
    assert kept(database, cast.entity.id).logo.endswith(".jpg")


def test_a_logo_is_taken_away_and_served_on(client, cast, place, database):
    manager = client.as_operator("manager")
    upload(manager, place, pictures.png())
    logo = kept(database, cast.entity.id).logo
    page = manager.follow(manager.submit(manager.get(place), f"{place}/logos/removal"))
    assert "Northwind stands there as a name again." in page.text
    assert kept(database, cast.entity.id).logo == ""
    assert client.http.get(f"/logos/{logo}").status_code == 200
    assert [event.action for event in acts(database)] == ["business_entity.logo_set", "business_entity.logo_removed"]


def test_a_logo_that_somebody_changed_meanwhile_is_not_overwritten_unseen(client, cast, place, database):
    manager, owner = client.as_operator("manager"), client.as_operator("owner")
    seen = manager.get(place).form(f"{place}/logos")["seen"]
    upload(owner, place, pictures.png())
    logo = kept(database, cast.entity.id).logo
    told = upload(manager, place, pictures.gif(), status=409, seen=seen)
    assert "Somebody changed the logo while you had this open." in told.text
    manager.post(f"{place}/logos/removal", {"seen": seen}, status=409)
    assert kept(database, cast.entity.id).logo == logo
    upload(manager, place, pictures.gif())
    assert kept(database, cast.entity.id).logo.endswith(".gif")


@pytest.mark.parametrize("role", ["finance", "support"])
def test_those_who_may_only_read_see_all_of_it_and_change_nothing(client, cast, place, database, role):
    reader = client.as_operator(role)
    page = reader.get(place)
    assert not page.find_all("input", type="file")
    assert not page.find_all("a", href=f"{place}/edit")
    assert reader.http.get(f"{place}/letter").status_code == 200
    reader.get(f"{place}/edit", status=403)
    for path in (place, f"{place}/logos", f"{place}/logos/removal"):
        reader.post(path, {"name": "Mine"}, status=403)
    assert kept(database, cast.entity.id).name == "Northwind"


def test_a_viewer_enters_no_settings(client, place):
    viewer = client.as_operator("viewer")
    for path in (HERE, place, f"{place}/letter", f"{place}/edit"):
        viewer.get(path, status=403)


def test_whoever_is_limited_to_a_business_entity_has_its_brand_and_no_other(client, cast, place, database, southwind, limit):
    limit("manager")
    manager = client.as_operator("manager")
    assert "Settings" in manager.get("/console/customers/").text
    page = manager.get(manager.get("/console/customers/").find("a", href=HERE).get("href"))
    assert "Southwind" not in page.text
    assert "Senders" not in page.text
    manager.submit(manager.get(f"{place}/edit"), place, {"name": "Nordwind"})
    assert kept(database, cast.entity.id).name == "Nordwind"
    theirs = f"{HERE}/{southwind}"
    for path in (theirs, f"{theirs}/edit", f"{theirs}/letter"):
        manager.get(path, status=404)
    for path in (theirs, f"{theirs}/logos", f"{theirs}/logos/removal"):
        manager.post(path, {"name": "Mine", "logo": (BytesIO(pictures.png()), "a.png")}, status=404, content_type="multipart/form-data")
    assert (kept(database, southwind).name, kept(database, southwind).logo) == ("Southwind", "")


def test_a_brand_that_is_not_there_is_nothing(client):
    owner = client.as_operator("owner")
    for path in ("", "/edit", "/letter"):
        owner.get(f"{HERE}/{ids.new_id()}{path}", status=404)
        owner.get(f"{HERE}/northwind{path}", status=404)
    owner.post(f"{HERE}/{ids.new_id()}", {"name": "Mine"}, status=404)
