"""The link in a mail: looked at as often as one likes, used once."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from portal.domain import messages, sign_in
from portal.model import AuditEvent, BrowserSession, Contact, Customer, EmailLink, User
from portal.values import clock, emails
from tests.page_client import PageClient

MARTA = "marta@gruenwald.example"
MASKED = emails.mask_email(MARTA)


@pytest.fixture
def mail(client, mail_to):
    """A mail that the browser `client` asked for."""
    client.submit(client.get("/sign-in"), "/sign-in", {"email": MARTA})
    return mail_to(MARTA)


@pytest.fixture
def wallet_mail(database, cast, mail_to):
    """A mail about a wallet, that nobody asked for."""
    with database.writing() as db:
        messages.queue(
            db,
            "wallet_credited",
            to=messages.recipient(db.get_one(Contact, cast.own_contacts["owner"].id), db.get_one(Customer, cast.own.id), cast.entity),
            facts={},
            links={"open_wallet": {"purpose": "sign_in", "target": "/account/access"}},
            why="A test.",
            key="wallet",
        )
    return mail_to(MARTA)


def sessions_in(database) -> int:
    with database.reading() as db:
        return db.scalar(select(func.count()).select_from(BrowserSession))


def test_the_link_shows_whom_it_signs_in_and_going_on_does(client, mail, database):
    page = client.follow(client.get(mail.path, status=303))
    assert page.h1 == f"Continue as {MASKED}"
    assert "It leads to Grünwald & Jørgensen GmbH." in page.text
    assert "Opening this page has changed nothing" in page.text
    assert page.response.headers["Referrer-Policy"] == "no-referrer"
    assert sessions_in(database) == 0
    assert client.submit(page, "/sign-in/link").location == "/account"
    assert sessions_in(database) == 1


def test_the_token_leaves_the_address_at_once(client, mail):
    answer = client.get(mail.path, status=303)
    token = mail.path.rpartition("/")[2]
    assert answer.location == "/sign-in/link"
    assert token not in client.follow(answer).body


def test_scanners_that_fetch_the_link_do_not_use_it_up(app, cast, client, mail, database):
    scanner = PageClient(app, cast)
    for _ in range(3):
        assert scanner.http.head(mail.path).status_code == 303
        scanner.http.head("/sign-in/link")
    for _ in range(5):
        answer = scanner.get(mail.path, status=303)
        scanner.follow(answer)
        assert not any("portal_portal" in line or "portal_console" in line for line in answer.response.headers.getlist("Set-Cookie"))
    assert sessions_in(database) == 0
    assert client.submit(client.follow(client.get(mail.path, status=303)), "/sign-in/link").location == "/account"


def test_a_link_works_once_and_then_says_so(client, mail, mails):
    client.submit(client.follow(client.get(mail.path, status=303)), "/sign-in/link")
    page = client.follow(client.get(mail.path, status=303), status=410)
    assert page.h1 == "This link has been used"
    assert "It was used on " in page.text
    assert MASKED in page.text
    assert MARTA not in page.text
    answer = client.submit(page, "/sign-in/link/renewals")
    assert mails() == 2
    waiting = client.follow(answer)
    assert MASKED in waiting.text
    assert MARTA not in waiting.text


def test_posting_a_used_link_again_starts_no_session(client, mail, database):
    page = client.follow(client.get(mail.path, status=303))
    cookie = client.http.get_cookie("portal_link").value
    client.submit(page, "/sign-in/link")
    client.http.set_cookie("portal_link", cookie)
    client.post("/sign-in/link", status=410)
    assert sessions_in(database) == 1


def test_a_link_that_was_asked_for_lasts_ten_minutes(client, mail):
    with clock.frozen(clock.now() + timedelta(minutes=10, seconds=1)):
        page = client.follow(client.get(mail.path, status=303), status=410)
        assert page.h1 == "This link has run out"
        assert "It ran out on " in page.text


def test_another_browser_has_to_type_the_code(app, cast, client, mail, database):
    other = PageClient(app, cast)
    page = other.follow(other.get(mail.path, status=303))
    assert "Another browser asked for this link" in page.text
    refused = other.submit(page, "/sign-in/link", {"code": "12"}, status=422)
    assert "That was not the code. Four tries are left." in refused.text
    assert sessions_in(database) == 0
    assert other.submit(page, "/sign-in/link", {"code": mail.code}).location == "/account"
    assert client.follow(client.get(mail.path, status=303), status=410).h1 == "This link has been used"


def test_a_newer_mail_replaces_the_link_in_the_older(client, mail, mail_to):
    client.submit(client.get("/sign-in"), "/sign-in", {"email": MARTA})
    newer = mail_to(MARTA)
    page = client.follow(client.get(mail.path, status=303), status=410)
    assert page.h1 == "A newer link was sent"
    assert "It was replaced on " in page.text
    assert client.submit(client.follow(client.get(newer.path, status=303)), "/sign-in/link").location == "/account"


def test_a_link_to_somebody_else_replaces_nothing(client, mail, app, cast, mail_to):
    other = PageClient(app, cast)
    other.submit(other.get("/sign-in"), "/sign-in", {"email": "vera@gruenwald.example"})
    mail_to("vera@gruenwald.example")
    assert client.submit(client.follow(client.get(mail.path, status=303)), "/sign-in/link").location == "/account"


def test_signing_in_by_code_ends_the_link_of_the_same_mail(client, mail):
    client.submit(client.get("/sign-in/sent"), "/sign-in/sent", {"code": mail.code})
    assert client.follow(client.get(mail.path, status=303), status=410).h1 == "This link has been used"


def test_the_link_in_a_wallet_mail_asks_before_it_signs_in_and_leads_to_the_wallet(client, wallet_mail):
    page = client.follow(client.get(wallet_mail.path, status=303))
    assert page.h1 == f"Continue as {MASKED}"
    assert not page.find_all("input", name="code")
    assert client.submit(page, "/sign-in/link").location == "/account/access"


def test_the_link_in_a_wallet_mail_works_once_for_a_day_and_its_renewal_leads_to_the_same_page(client, wallet_mail, mail_to):
    with clock.frozen(clock.now() + timedelta(hours=24, seconds=1)):
        page = client.follow(client.get(wallet_mail.path, status=303), status=410)
        assert page.h1 == "This link has run out"
        waiting = client.follow(client.submit(page, "/sign-in/link/renewals"))
        assert client.submit(waiting, "/sign-in/sent", {"code": mail_to(MARTA).code}).location == "/account/access"


def test_a_wallet_mail_signs_in_nobody_at_an_address_that_the_contact_gave_up(client, wallet_mail, database, cast):
    with database.writing() as db:
        contact = db.get_one(Contact, cast.own_contacts["owner"].id)
        contact.email = contact.email_key = "new@gruenwald.example"
    assert client.follow(client.get(wallet_mail.path, status=303), status=410).h1 == "This link leads nowhere"


def test_a_wallet_mail_signs_in_nobody_who_lost_the_role(client, wallet_mail, database, cast):
    with database.writing() as db:
        db.get_one(Contact, cast.own_contacts["owner"].id).portal_role = "none"
    assert client.follow(client.get(wallet_mail.path, status=303), status=410).h1 == "This link leads nowhere"


def test_the_first_sign_in_makes_the_user_and_verifies_the_address(client, cast, database, mail_to):
    with database.writing() as db:
        db.add(
            Contact(
                customer_id=cast.own.id, email="Yui@tanaka.example", email_key="yui@tanaka.example", first_name="Yui", portal_role="viewer"
            )
        )
    client.submit(client.get("/sign-in"), "/sign-in", {"email": "yui@tanaka.example"})
    mail = mail_to("Yui@tanaka.example")
    client.submit(client.follow(client.get(mail.path, status=303)), "/sign-in/link")
    with database.reading() as db:
        contact = db.scalars(select(Contact).where(Contact.email_key == "yui@tanaka.example")).one()
        user = db.scalars(select(User).where(User.email_key == "yui@tanaka.example")).one()
        assert contact.user_id == user.id
        assert contact.verified_at is not None
        assert user.name == "Yui"
        actions = set(db.scalars(select(AuditEvent.action).where(AuditEvent.customer_id == cast.own.id)))
        assert actions >= {"sign_in.requested", "contact.verified", "user.signed_in"}


def test_nonsense_tokens_and_tokens_of_other_purposes_lead_nowhere(client, cast, database):
    with database.writing() as db:
        others = [
            sign_in.mint_link(db, purpose=purpose, contact_id=cast.own_contacts["owner"].id, user_id=cast.own_contacts["owner"].user_id)
            for purpose in ("invite", "preferences", "unsubscribe", "verify_address", "statement", "stop_email_change")
        ]
    for token in ("nonsense", "x" * 900, "%00", *others):
        page = client.follow(client.get(f"/sign-in/link/{token}", status=303), status=410)
        assert page.h1 == "This link leads nowhere"
        client.post("/sign-in/link", status=410)
    assert sessions_in(database) == 0


def test_no_table_and_no_log_line_holds_a_token_or_code(client, mail, database, caplog):
    page = client.follow(client.get(mail.path, status=303))
    client.submit(page, "/sign-in/link")
    token = mail.path.rpartition("/")[2]
    with database.reading() as db:
        for table in EmailLink.metadata.sorted_tables:
            rows = repr(db.execute(select(table)).all())
            assert token not in rows, table.name
            assert f"'{mail.code}'" not in rows, table.name
    assert token not in caplog.text


def test_signing_in_takes_a_new_session_and_drops_the_forms_of_before(client, mail):
    page = client.follow(client.get(mail.path, status=303))
    old_token = page.form("/sign-in/link")["csrf_token"]
    old_cookie = client.http.get_cookie("portal_form").value
    client.submit(page, "/sign-in/link")
    first = client.http.get_cookie("portal_portal").value
    assert (client.http.get_cookie("portal_form") or type("", (), {"value": ""})).value != old_cookie
    client.post("/sign-out", {"csrf_token": old_token, "side": "portal"}, status=400)
    assert client.http.get_cookie("portal_portal").value == first
