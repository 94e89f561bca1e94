"""A session that has ended loses nothing: what was sent is kept, shown after signing in, and goes on with one click."""

from datetime import timedelta
from io import BytesIO

import pytest
from sqlalchemy import func, select

from portal.domain import sessions, unsent, users, viewing
from portal.model import BrowserSession, Contact, Customer, ImportJob, UnsentForm, User
from portal.values import clock
from portal.web.unsent import keeping
from tests import factories
from tests.page_client import Page, PageClient, fields

LONG = "Söme long words, with “quotes” <b>and tags</b>\nand lines\n" * 400


@pytest.fixture
def rows(database):
    def count() -> int:
        with database.reading() as db:
            return db.scalar(select(func.count()).select_from(UnsentForm))

    return count


def sign_out(database, user_id) -> None:
    with database.writing() as db:
        sessions.end(db, user_id, why="idle")


def again(client, database, *, role="owner", side="console"):
    """Sign in once more in the same browser."""
    cast = client.cast
    who = cast.operators[role] if side == "console" else cast.own_contacts[role]
    contact = who if side == "portal" else None
    with database.writing() as db:
        user = db.get_one(User, contact.user_id if contact else who.id)
        token = sessions.start(db, user, side=side, method="link", contact=contact).token
    client.http.set_cookie(f"portal_{side}", token, httponly=True, samesite="Lax")
    return client


def new_contact(client, cast):
    return client.get(f"/console/customers/{cast.own.id}/contacts/new")


@pytest.fixture
def written(client, cast, database):
    """An owner's form for a new contact, sent after the session had ended; the browser, and where it was led."""
    owner = client.as_operator("owner")
    page = new_contact(owner, cast)
    sign_out(database, cast.operators["owner"].id)
    answer = owner.submit(
        page, f"/console/customers/{cast.own.id}/contacts", {"email": "yui@tanaka.example", "first_name": "Yui", "job_title": LONG[:200]}
    )
    return owner, answer


def test_a_form_that_is_sent_too_late_leads_to_the_sign_in_page_and_back_to_itself(written, rows):
    browser, answer = written
    assert answer.location == "/sign-in?next=/console/unsent"
    assert rows() == 1
    assert browser.follow(answer).form("/sign-in")["next"] == "/console/unsent"


def test_after_signing_in_it_is_shown_and_one_click_sends_it(written, database, cast, rows):
    browser, _ = written
    page = again(browser, database).get("/console/unsent")
    assert page.h1 == "What you wrote is still here"
    assert "yui@tanaka.example" in page.text
    assert "Nothing has been saved yet" in page.text
    with database.reading() as db:
        assert db.scalar(select(Contact.id).where(Contact.email_key == "yui@tanaka.example")) is None
    browser.submit(page, f"/console/customers/{cast.own.id}/contacts")
    with database.reading() as db:
        made = db.scalars(select(Contact).where(Contact.email_key == "yui@tanaka.example")).one()
        assert (made.first_name, made.job_title) == ("Yui", LONG[:200].replace("\n", " ").strip())
    assert rows() == 0


def test_what_is_wrong_with_it_is_said_on_its_own_page_with_the_words_kept(client, cast, database, rows):
    owner = client.as_operator("owner")
    page = new_contact(owner, cast)
    sign_out(database, cast.operators["owner"].id)
    owner.submit(page, f"/console/customers/{cast.own.id}/contacts", {"email": "nonsense", "first_name": "Yui"})
    kept = again(owner, database).get("/console/unsent")
    refused = owner.submit(kept, f"/console/customers/{cast.own.id}/contacts", status=422)
    assert refused.find("input", name="first_name").get("value") == "Yui"
    assert rows() == 0


def test_long_text_and_repeated_fields_arrive_as_they_were_written(client, cast, database):
    owner = client.as_operator("owner")
    path = "/console/settings/security"
    owner.get(path)
    token = owner.csrf_token()
    sign_out(database, cast.operators["owner"].id)
    owner.post(path, {"csrf_token": token, "roles": ["finance", "support"], "words": LONG})
    kept = again(owner, database).get("/console/unsent")
    assert LONG.strip() in "".join(kept.document.itertext())
    owner.submit(kept, path)
    shown = owner.get(path)
    ticked = [box.get("value") for box in shown.find_all("input", name="roles") if "checked" in box.attrib]
    assert ticked == ["finance", "support"]


def test_a_file_is_kept_with_its_form(client, cast, database, rows):
    owner = client.as_operator("owner")
    page = owner.get("/console/imports/new")
    names = [field.get("name") for field in page.find_all("input", type="file")]
    sample = b"customer_name,external_id\nTanaka KK,T-1\n"
    sign_out(database, cast.operators["owner"].id)
    data = page.form("/console/imports") | {names[0]: (BytesIO(sample), "customers.csv")}
    answer = owner.http.post("/console/imports", data=data, content_type="multipart/form-data")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in?next=/console/unsent")
    kept = again(owner, database).get("/console/unsent")
    assert "customers.csv" in kept.text
    owner.submit(kept, "/console/imports")
    with database.reading() as db:
        assert db.scalar(select(func.count()).select_from(ImportJob)) == 1
    assert rows() == 0


def test_a_file_that_is_too_large_to_be_kept_is_named_before_anything_is_lost(client, cast, database, monkeypatch):
    monkeypatch.setattr(keeping, "ROOM", 10)
    owner = client.as_operator("owner")
    page = owner.get("/console/imports/new")
    name = page.find("input", type="file").get("name")
    sign_out(database, cast.operators["owner"].id)
    data = page.form("/console/imports") | {name: (BytesIO(b"name,email\n" * 10), "customers.csv")}
    owner.http.post("/console/imports", data=data, content_type="multipart/form-data")
    kept = again(owner, database).get("/console/unsent")
    assert "customers.csv was too large to be kept. Choose it once more on its page." in kept.text
    assert not [form for form in kept.find_all("form") if form.get("action") == "/console/imports"]


def test_htmx_is_told_to_take_the_browser_there(client, cast, database, rows):
    owner = client.as_operator("owner")
    token = owner.csrf_token()
    sign_out(database, cast.operators["owner"].id)
    answer = owner.post("/console/settings/security", {"csrf_token": token, "roles": "finance"}, status=401, htmx=True)
    assert answer.response.headers["HX-Redirect"] == "/sign-in?next=/console/unsent"
    assert answer.body == ""
    assert rows() == 1


def test_the_portal_keeps_too_and_for_the_customer_it_was_written_for(client, cast, database, rows):
    marta = client.as_person("owner")
    page = marta.get("/account/contacts/new")
    with database.writing() as db:
        other = factories.contact(db, db.get_one(Customer, cast.neighbour.id), "marta@gruenwald.example")
        other.user_id, other.portal_role = cast.own_contacts["owner"].user_id, "owner"
    sign_out(database, cast.own_contacts["owner"].user_id)
    answer = marta.submit(page, "/account/contacts", {"email": "yui@tanaka.example"})
    assert answer.location == "/sign-in?next=/account/unsent"
    with database.writing() as db:
        user = db.get_one(User, cast.own_contacts["owner"].user_id)
        token = sessions.start(db, user, side="portal", method="link", contact=db.get_one(Contact, other.id)).token
    marta.http.set_cookie("portal_portal", token)
    kept = marta.get("/account/unsent")
    assert "It was written for Grünwald & Jørgensen GmbH. Go there first." in kept.text
    with database.reading() as db:
        form_id = db.scalars(select(UnsentForm.id)).one()
    marta.post("/account/contacts", {"unsent_form": str(form_id)}, status=410)
    form = next(form for form in map(fields, kept.find_all("form")) if form.get("next") == "/account/unsent")
    there = marta.post("/sign-in/choose", form)
    assert there.location == "/account/unsent"
    marta.submit(marta.follow(there), "/account/contacts")
    with database.reading() as db:
        assert db.scalars(select(Contact.customer_id).where(Contact.email_key == "yui@tanaka.example")).all() == [cast.own.id]


def test_nobody_else_and_no_other_browser_opens_it(app, written, database, cast, rows):
    browser, _ = written
    again(browser, database, role="finance")
    assert browser.get("/console/unsent").h1 == "Nothing is waiting here"
    other = again(PageClient(app, cast), database)
    assert other.get("/console/unsent").h1 == "Nothing is waiting here"
    other.http.set_cookie("portal_unsent", "guessed")
    assert other.get("/console/unsent").h1 == "Nothing is waiting here"
    with database.reading() as db:
        form_id = db.scalars(select(UnsentForm.id)).one()
    path = f"/console/customers/{cast.own.id}/contacts"
    assert "This is not kept any more" in other.post(path, {"unsent_form": str(form_id)}, status=410).text
    browser.post(path, {"unsent_form": str(form_id)}, status=410)
    browser.post(path, {"unsent_form": "nonsense"}, status=410)
    assert rows() == 1


def test_it_is_sealed_so_that_the_database_alone_does_not_open_it(written, database):
    with database.reading() as db:
        assert b"tanaka" not in db.scalars(select(UnsentForm.sealed)).one()


def test_it_goes_only_to_the_address_it_was_written_for(written, database, cast):
    browser, _ = written
    again(browser, database)
    with database.reading() as db:
        form_id = db.scalars(select(UnsentForm.id)).one()
    browser.post(f"/console/customers/{cast.neighbour.id}/contacts", {"unsent_form": str(form_id)}, status=410)


def test_a_role_that_was_lost_in_between_is_not_given_back(written, database, cast):
    browser, _ = written
    with database.writing() as db:
        users.change_role(db, db.get_one(User, cast.operators["manager"].id), "owner", by=cast.operator())
        users.change_role(db, db.get_one(User, cast.operators["owner"].id), "viewer", by=cast.operator())
    page = again(browser, database).get("/console/unsent")
    browser.submit(page, f"/console/customers/{cast.own.id}/contacts", status=403)


def test_it_can_be_thrown_away(written, database, rows):
    browser, _ = written
    page = again(browser, database).get("/console/unsent")
    browser.submit(page, "/removal")
    assert rows() == 0


def test_after_a_day_it_is_gone(written, database):
    browser, _ = written
    with clock.frozen(clock.now() + timedelta(days=1, seconds=1)):
        assert again(browser, database).get("/console/unsent").h1 == "Nothing is waiting here"


def test_one_person_has_five_and_the_oldest_gives_way(client, cast, database, rows):
    owner = client.as_operator("owner")
    page = new_contact(owner, cast)
    sign_out(database, cast.operators["owner"].id)
    for number in range(7):
        owner.submit(page, f"/console/customers/{cast.own.id}/contacts", {"email": f"n{number}@tanaka.example"})
    assert rows() == unsent.MOST
    text = again(owner, database).get("/console/unsent").text
    assert [f"n{number}@" in text for number in range(7)] == [False, False, True, True, True, True, True]


def test_a_postal_code_is_no_secret(client, cast, database, rows):
    owner = client.as_operator("owner")
    page = owner.get("/console/customers/new")
    sign_out(database, cast.operators["owner"].id)
    owner.submit(page, "/console/customers", {"name": "Tanaka KK", "billing-postal_code": "530-0051"})
    assert rows() == 1


@pytest.mark.parametrize("why", ["secret", "nothing typed", "no session ever", "stranger's site", "no token", "deactivated", "long ago"])
def test_what_is_not_kept(app, client, cast, database, rows, why):
    owner = client.as_operator("owner")
    token, headers, data = owner.csrf_token(), {}, {"roles": "finance"}
    sign_out(database, cast.operators["owner"].id)
    later = clock.now()
    if why == "secret":
        data["password"] = "four words that nobody joins"
    if why == "nothing typed":
        data = {}
    if why == "no session ever":
        owner.http.set_cookie("portal_console", "never-a-session")
    if why == "stranger's site":
        headers = {"Sec-Fetch-Site": "cross-site"}
    if why == "deactivated":
        with database.writing() as db:
            db.get_one(User, cast.operators["owner"].id).deactivated_at = clock.now()
    if why == "long ago":
        later += timedelta(days=100)
    if why != "no token":
        data["csrf_token"] = token
    with clock.frozen(later):
        answer = owner.http.post(
            "/console/settings/security", data=data, headers=headers | {"Referer": "http://localhost/console/settings/security"}
        )
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/sign-in?next=/console/settings/security"
    assert rows() == 0


def test_a_browser_that_says_the_page_is_ours_needs_no_token(client, cast, database, rows):
    owner = client.as_operator("owner")
    sign_out(database, cast.operators["owner"].id)
    owner.http.delete_cookie("portal_form")
    owner.http.post("/console/settings/security", data={"roles": "finance", "csrf_token": "old"}, headers={"Sec-Fetch-Site": "same-origin"})
    assert rows() == 1


def test_a_visit_keeps_nothing(client, cast, database, rows):
    owner = client.as_operator("owner")
    with database.writing() as db:
        own = db.scalars(select(BrowserSession.id).where(BrowserSession.user_id == cast.operators["owner"].id)).one()
        customer, contact = db.get_one(Customer, cast.own.id), db.get_one(Contact, cast.own_contacts["owner"].id)
        started = viewing.start(db, customer, contact, reason="A look", own=own, by=cast.operator())
    owner.http.set_cookie("portal_view", started.token)
    owner.post("/account/contacts", {"email": "yui@tanaka.example"}, status=403)
    assert rows() == 0


def test_a_form_whose_token_is_old_can_be_sent_again_at_once(client, cast, database):
    owner = client.as_operator("owner")
    here = {"Sec-Fetch-Site": "same-origin"}
    data = {"csrf_token": "old", "roles": ["finance", "support"]}
    page = Page(owner.http.post("/console/settings/security", data=data, headers=here))
    assert page.status == 400
    assert "Send it again: it goes as you wrote it." in page.text
    assert page.form("/console/settings/security")["roles"] == ["finance", "support"]
    owner.submit(page, "/console/settings/security")
    foreign = Page(owner.http.post("/console/settings/security", data=data))
    assert foreign.status == 400
    assert not foreign.find_all("input", name="roles")
