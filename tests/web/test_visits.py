"""Looking at the portal as one of a customer's people: reads only, says so on every page, ends, and is told to the customer."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from portal.app import create_app
from portal.domain import contacts, customers, sign_in, users, viewing
from portal.model import AuditEvent, Base, BrowserSession, Contact, Customer, OperatorRole, User
from portal.values import clock
from portal.web.visits import cookie_name
from portal.worker import audit_job
from tests.house.test_permissions import path_of, routes_of
from tests.page_client import PageClient

REASON = "Invoice 4711 is not shown"


def start(client, cast, person="viewer", role="support", *, at="own", customer=None):
    """Begin a visit in a browser where an operator is signed in; give the browser."""
    browser = client.as_operator(role)
    whom = (cast.own_contacts if at == "own" else cast.neighbour_contacts)[person]
    asked = browser.get(f"/console/customers/{whom.customer_id}/visits/new")
    begun = browser.submit(asked, "/visits", {"person": str(whom.id), "reason": REASON})
    assert begun.location == "/account"
    return browser


def acts(database, action):
    with database.reading() as session:
        return list(session.scalars(select(AuditEvent).where(AuditEvent.action == action).order_by(AuditEvent.at)))


def visit_row(database):
    with database.reading() as session:
        return session.scalars(
            select(BrowserSession).where(BrowserSession.side == "view").order_by(BrowserSession.created_at.desc())
        ).first()


def counts(database):
    with database.reading() as session:
        return {table.name: session.scalar(select(func.count()).select_from(table)) for table in Base.metadata.sorted_tables}


@pytest.mark.parametrize("role", ["owner", "manager", "finance", "support"])
def test_a_visit_begins_at_the_customers_page_with_a_person_and_a_reason(client, cast, database, role):
    browser = client.as_operator(role)
    assert browser.get(f"/console/customers/{cast.own.id}").find("a", href=f"/console/customers/{cast.own.id}/visits/new") is not None
    page = start(client, cast, role=role).get("/account")
    assert "Grünwald & Jørgensen GmbH" in page.text
    band = page.find("section", class_="visit")
    words = " ".join("".join(band.itertext()).split())
    assert f"{role.capitalize()} Operator looks as Vera, Grünwald & Jørgensen GmbH. Nothing can be changed. 30 minutes left" in words
    assert page.form("/sign-in/visit/ending")
    [event] = acts(database, "view.started")
    assert (event.actor_user_id, event.actor_name, event.on_behalf_of) == (cast.operators[role].id, f"{role.capitalize()} Operator", "Vera")
    assert event.customer_id == cast.own.id
    assert event.facts["visit_reason"] == REASON


def test_the_visit_is_a_session_of_its_own_for_half_an_hour(client, cast, database):
    start(client, cast)
    row = visit_row(database)
    with database.reading() as session:
        own = session.get_one(BrowserSession, row.parent_id)
    assert (own.side, own.user_id, row.user_id) == ("console", cast.operators["support"].id, cast.operators["support"].id)
    assert (row.contact_id, row.viewing_customer_id, row.view_reason) == (cast.own_contacts["viewer"].id, cast.own.id, REASON)
    assert row.expires_at - row.created_at == timedelta(minutes=30)


def test_the_visitor_sees_what_the_person_sees_and_no_more(client, cast):
    browser = start(client, cast, "viewer")
    assert browser.get("/account/activity").find("section", class_="visit") is not None
    browser.get("/account/company/addresses/edit", status=403)
    page = start(client, cast, "owner").get("/account/company/addresses/edit")
    assert page.find("section", class_="visit") is not None


def test_what_is_a_persons_alone_is_not_shown(client, cast):
    page = start(client, cast, "owner").get("/account/access")
    assert "Who can see what" in page.text
    assert "Where you are signed in" not in page.text
    assert "Sign-in address" not in page.text


def test_somebody_who_never_signed_in_can_be_looked_at_too(client, cast, database):
    with database.writing() as session:
        made = contacts.add(
            session,
            session.get_one(Customer, cast.own.id),
            {"email": "neu@gruenwald.example", "portal_role": "viewer"},
            by=cast.operator(),
        )
    browser = client.as_operator("support")
    asked = browser.get(f"/console/customers/{cast.own.id}/visits/new")
    browser.submit(asked, "/visits", {"person": str(made.id), "reason": REASON})
    for path in ("/account", "/account/access", "/account/messages", "/account/activity"):
        assert "neu@gruenwald.example" in browser.get(path).text


def test_without_person_or_reason_nothing_begins(client, cast, database):
    browser = client.as_operator("support")
    asked = browser.get(f"/console/customers/{cast.own.id}/visits/new")
    vera = str(cast.own_contacts["viewer"].id)
    for sent, said in (
        ({"person": vera, "reason": ""}, "Say why"),
        ({"person": vera, "reason": " a "}, "Say a little more"),
        ({"person": vera, "reason": "x" * 300}, "At most 255"),
        ({"reason": REASON}, "Choose one of them."),
        ({"person": str(cast.neighbour_contacts["owner"].id), "reason": REASON}, "Not a valid choice"),
        ({"person": "nobody", "reason": REASON}, "Not a valid choice"),
    ):
        page = browser.submit(asked, "/visits", sent, status=422)
        assert said in page.text
        assert sent.get("reason", "").strip() in page.body
    assert visit_row(database) is None


def test_only_people_with_access_are_offered(client, cast, database):
    with database.writing() as session:
        contacts.add(session, session.get_one(Customer, cast.own.id), {"email": "mail-only@gruenwald.example"}, by=cast.operator())
    page = client.as_operator("support").get(f"/console/customers/{cast.own.id}/visits/new")
    assert "vera@gruenwald.example" in page.text
    assert "mail-only@gruenwald.example" not in page.text


def test_where_nobody_has_access_the_page_says_so(client, cast, database):
    with database.writing() as session:
        lonely = customers.add(session, {"name": "Einsam KG"}, by=cast.operator())
    page = client.as_operator("support").get(f"/console/customers/{lonely.id}/visits/new")
    assert "Nobody has access to the portal yet." in page.text


def test_a_viewer_at_the_console_and_a_customers_person_may_not(client, cast):
    path = f"/console/customers/{cast.own.id}/visits"
    assert not client.as_operator("viewer").get(f"/console/customers/{cast.own.id}").find_all("a", href=f"{path}/new")
    client.as_operator("viewer").get(f"{path}/new", status=403)
    client.as_operator("viewer").post(path, {"person": "x", "reason": REASON}, status=403)
    client.as_person("owner").get(f"{path}/new", status=303)
    client.get(f"{path}/new", status=303)


def test_every_act_on_every_route_is_refused(app, client, cast, database):
    browser = start(client, cast, "owner", role="owner")
    token = browser.csrf_token()
    before = counts(database)
    refused = 0
    for endpoint, method, rule in routes_of(app):
        if method == "GET" or endpoint == "sign_in.end_visit" or endpoint.startswith("console."):
            continue
        answer = browser.http.open(path_of(app, rule, cast), method=method, data={"csrf_token": token})
        assert answer.status_code == 403, f"{method} {rule} answers {answer.status_code} on a visit"
        assert "This is a visit" in answer.get_data(as_text=True)
        refused += 1
    assert refused > 40
    assert counts(database) == before


def test_the_visits_cookie_alone_opens_nothing_of_the_console(app, client, cast, database):
    browser = start(client, cast, "owner", role="owner")
    alone = PageClient(app, cast)
    with app.app_context():
        alone.http.set_cookie(cookie_name(), browser.http.get_cookie(cookie_name()).value)
        token = alone.csrf_token()
    before = counts(database)
    for endpoint, method, rule in routes_of(app):
        if endpoint.startswith("console."):
            answer = alone.http.open(path_of(app, rule, cast), method=method, data={"csrf_token": token} if method != "GET" else None)
            assert answer.status_code == (303 if method == "GET" else 403), f"{method} {rule} answers {answer.status_code}"
    assert counts(database) == before


def test_the_visits_token_is_no_portal_or_console_session(app, client, cast):
    browser = start(client, cast, "owner")
    token = browser.http.get_cookie(cookie_name_in(app)).value
    for name in ("portal_portal", "portal_console"):
        other = PageClient(app, cast)
        other.http.set_cookie(name, token)
        assert other.http.get("/account/access").status_code == 303
        assert other.http.get("/console/customers").status_code == 303


def cookie_name_in(app):
    with app.app_context():
        return cookie_name()


def test_the_other_way_round_a_portal_session_is_no_visit(app, client, cast):
    person = client.as_person("owner")
    other = PageClient(app, cast)
    other.http.set_cookie(cookie_name_in(app), person.http.get_cookie("portal_portal").value)
    assert other.http.get("/account").status_code == 303


def test_reading_on_a_visit_writes_nothing_but_is_listed(client, cast, database):
    browser = start(client, cast, "owner")
    before = counts(database)
    for path in ("/account", "/account/contacts", "/account/preferences", "/account/company", "/account/activity", "/account/access"):
        browser.get(path)
    assert counts(database) == before


def test_at_the_end_the_own_session_is_as_it_was(client, cast, database):
    browser = start(client, cast)
    own = browser.http.get_cookie("portal_console").value
    ended = browser.submit(browser.get("/account"), "/sign-in/visit/ending")
    assert ended.location == f"/console/customers/{cast.own.id}"
    assert browser.http.get_cookie("portal_console").value == own
    assert browser.http.get_cookie(cookie_name_in(browser.app)) is None
    page = browser.follow(ended)
    assert "The visit has ended. You are yourself again." in page.text
    assert not page.find_all("section", class_="visit")
    browser.get("/account", status=303)
    [event] = acts(database, "view.ended")
    assert (event.actor_user_id, event.on_behalf_of) == (cast.operators["support"].id, "Vera")
    assert event.facts["ended_by"] == "ended by the operator"
    with database.reading() as session:
        assert session.get_one(BrowserSession, visit_row(database).parent_id).ended_at is None


def test_the_console_works_on_beside_a_visit_and_shows_no_band(client, cast):
    browser = start(client, cast)
    page = browser.get(f"/console/customers/{cast.own.id}")
    assert not page.find_all("section", class_="visit")
    browser.post("/console/profile/density", {"density": "close", "next": "/console/customers"})


def test_an_operator_with_a_portal_session_of_their_own_sees_the_visit_until_it_ends(app, client, cast, database):
    browser = start(client, cast, "viewer")
    own = client.as_person("owner", at="neighbour")
    browser.http.set_cookie("portal_portal", own.http.get_cookie("portal_portal").value)
    assert "Nora Nachbar" not in browser.get("/account").text
    browser.submit(browser.get("/account"), "/sign-in/visit/ending")
    page = browser.get("/account")
    assert "Nora Nachbar" in page.text
    assert not page.find_all("section", class_="visit")


def test_after_half_an_hour_it_is_over_whatever_is_done(client, cast, database):
    browser = start(client, cast)
    began = clock.now()
    with clock.frozen(began + timedelta(minutes=29, seconds=30)):
        assert "1 minute left" in browser.get("/account").text
    with clock.frozen(began + timedelta(minutes=30, seconds=1)):
        over = browser.get("/account/activity", status=303)
        assert over.location == f"/console/customers/{cast.own.id}"
        assert "The visit is over. You are yourself again." in browser.follow(over).text
        browser.get("/account", status=303)


def test_whoever_signs_in_after_a_visit_is_not_led_away(client, cast, database):
    browser = start(client, cast)
    browser.post("/sign-out", {"side": "console"})
    with browser.app.app_context():
        browser.http.set_cookie(cookie_name(), "of a visit that is over")
    with database.writing() as session:
        token = sign_in.mint_link(session, purpose="sign_in", contact_id=cast.neighbour_contacts["owner"].id)
    page = browser.follow(browser.get(f"/sign-in/link/{token}", status=303))
    assert "Nora Nachbar" in browser.follow(browser.submit(page, "/sign-in/link")).text


def test_an_act_after_the_end_is_nobodys(app, client, cast, database):
    browser = start(client, cast, "owner")
    own = client.as_person("owner", at="neighbour")
    browser.http.set_cookie("portal_portal", own.http.get_cookie("portal_portal").value)
    began = clock.now()
    with clock.frozen(began + timedelta(minutes=31)):
        token = browser.csrf_token()
        before = counts(database)
        answer = browser.http.post("/account/preferences", data={"csrf_token": token})
        assert answer.headers["Location"] == f"/console/customers/{cast.own.id}"
        assert counts(database) == before


def test_htmx_is_led_away_by_the_browser_when_the_visit_is_over(client, cast):
    browser = start(client, cast)
    with clock.frozen(clock.now() + timedelta(minutes=31)):
        answer = browser.http.get("/account/activity", headers={"HX-Request": "true", "HX-Request-Type": "partial"})
        assert (answer.status_code, answer.headers["HX-Redirect"]) == (401, f"/console/customers/{cast.own.id}")


def sign_out_of_the_console(browser, cast, session):
    browser.post("/sign-out", {"side": "console"})


def deactivate(browser, cast, session):
    with session() as db:
        users.deactivate(db, db.get_one(User, cast.operators["support"].id), by=cast.operator())


def take_access_away(browser, cast, session):
    with session() as db:
        contacts.change(db, db.get_one(Contact, cast.own_contacts["viewer"].id), {"portal_role": "none"}, by=cast.operator())


def remove_contact(browser, cast, session):
    with session() as db:
        contacts.remove(db, db.get_one(Contact, cast.own_contacts["viewer"].id), by=cast.operator())


def switch_off(browser, cast, session):
    with session() as db:
        assert viewing.allow(db, db.get_one(Customer, cast.own.id), False, by=cast.person("owner"))


@pytest.mark.parametrize("how", [sign_out_of_the_console, deactivate, take_access_away, remove_contact, switch_off])
def test_a_visit_ends_with_what_it_hangs_on(client, cast, database, how):
    browser = start(client, cast, "viewer")
    browser.get("/account")
    how(browser, cast, database.writing)
    answer = browser.http.get("/account")
    assert answer.status_code == 303
    assert answer.headers["Location"] != "/account"


def test_a_role_without_the_word_ends_it_too(client, cast, database):
    browser = start(client, cast, "viewer")
    with database.writing() as session:
        own = OperatorRole(key="own-reader", name="Reader", permissions=["customer.read"])
        session.add(own)
        session.flush()
        membership = users.membership_of(session, cast.operators["support"].id)
        membership.role = own.key
    browser.get("/account", status=303)


def test_the_end_of_a_visit_that_ended_by_itself_is_written_down_once(client, cast, database):
    start(client, cast)
    began = visit_row(database).created_at
    assert not audit_job.close_visits(database)
    with clock.frozen(began + timedelta(minutes=45)):
        assert audit_job.close_visits(database)
        assert not audit_job.close_visits(database)
    [event] = acts(database, "view.ended")
    assert event.facts["seconds"] == 1800
    assert event.facts["ended_by"] == "its time was over"
    assert (event.actor_user_id, event.on_behalf_of) == (cast.operators["support"].id, "Vera")


def test_the_end_of_a_visit_whose_console_was_left_is_written_down(client, cast, database):
    browser = start(client, cast)
    browser.post("/sign-out", {"side": "console"})
    assert audit_job.close_visits(database)
    assert acts(database, "view.ended")[0].facts["ended_by"] == "the operator's session ended"


def test_another_visit_ends_the_first(client, cast, database):
    browser = start(client, cast, "viewer")
    asked = browser.get(f"/console/customers/{cast.own.id}/visits/new")
    browser.submit(asked, "/visits", {"person": str(cast.own_contacts["owner"].id), "reason": REASON})
    assert "looks as Marta Grünwald" in " ".join(browser.get("/account").text.split())
    [event] = acts(database, "view.ended")
    assert event.facts["ended_by"] == "another visit began"


def test_the_customer_reads_who_looked_as_whom_when_how_long_and_why(client, cast):
    browser = start(client, cast, "viewer")
    person = client.as_person("owner")
    running = person.get("/account/access")
    for word in ("Support Operator", "Vera", REASON, "now"):
        assert word in " ".join("".join(running.find("section", id="visits").itertext()).split())
    browser.submit(browser.get("/account"), "/sign-in/visit/ending")
    assert "1 min" in person.get("/account/access").text
    told = person.get("/account/activity").text
    assert "Northwind support began a visit as Vera" in " ".join(told.split())
    assert REASON in told
    assert "Northwind support ended the visit as Vera" in " ".join(told.split())
    console = " ".join(client.as_operator("viewer").get(f"/console/customers/{cast.own.id}/activity").text.split())
    assert "Support Operator began a visit as Vera" in console
    assert REASON not in client.as_person("owner", at="neighbour").get("/account/access").text


def test_the_owner_switches_visits_off_and_on(client, cast, database):
    browser = start(client, cast, "viewer")
    owner = client.as_person("owner")
    off = owner.submit(owner.get("/account/access"), "/access/visits")
    assert "switched off" in owner.follow(off).text
    browser.get("/account", status=303)
    assert acts(database, "view.ended")[0].facts["ended_by"] == "switched off by the customer"
    page = browser.get(f"/console/customers/{cast.own.id}/visits/new")
    assert "Visits are switched off." in page.text
    assert "An owner of theirs can switch them on" in page.text
    refused = browser.post(
        f"/console/customers/{cast.own.id}/visits", {"person": str(cast.own_contacts["viewer"].id), "reason": REASON}, status=403
    )
    assert "Visits are switched off." in refused.text
    told = " ".join(owner.get("/account/activity").text.split())
    assert "You switched visits by support off" in told
    owner.submit(owner.get("/account/access"), "/access/visits")
    start(client, cast, "viewer").get("/account")


def test_the_switch_is_the_owners_and_their_own_customers(client, cast, database):
    for role in ("billing_manager", "viewer"):
        person = client.as_person(role)
        assert not [
            form for form in person.get("/account/access").find_all("form") if (form.get("action") or "").endswith("/access/visits")
        ]
        person.post("/account/access/visits", {"wanted": "off"}, status=403)
    client.as_person("owner", at="neighbour").post("/account/access/visits", {"wanted": "off"})
    with database.reading() as session:
        assert session.get_one(Customer, cast.own.id).support_access
        assert not session.get_one(Customer, cast.neighbour.id).support_access


def test_switching_to_what_is_already_so_writes_nothing(client, cast, database):
    client.as_person("owner").post("/account/access/visits", {"wanted": "on"})
    assert not acts(database, "customer.support_access")


def test_ending_without_a_visit_changes_nothing(client, database, cast):
    assert client.as_operator("support").post("/sign-in/visit/ending").location == "/"
    assert not acts(database, "view.ended")


def test_behind_tls_the_cookie_is_bound_to_the_host(settings, database, cast):
    app = create_app(replace(settings, public_url="https://portal.example", environment="production", mailbox=None), database)
    with app.test_request_context():
        assert cookie_name() == "__Host-portal_view"
