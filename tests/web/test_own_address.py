"""Changing the address one signs in with: the new one confirms, the old one can stop it, and nobody learns who has which."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.domain import email_changes, messages, sign_in, users
from portal.domain.email_changes.asking import CHANGES
from portal.domain.outbox import mint_links
from portal.model import AuditEvent, BrowserSession, Contact, Customer, EmailChange, EmailLink, EmailMessage, User
from portal.values import clock
from tests.page_client import fields

NEW = "marta@gj-payments.example"
PLACES = {"portal": ("/account/access/address", "owner"), "console": ("/console/profile/address", "finance")}


def browser_of(client, side):
    return client.as_person("owner") if side == "portal" else client.as_operator("finance")


def user_of(cast, side):
    return cast.own_contacts["owner"].user_id if side == "portal" else cast.operators["finance"].id


def ask(browser, side="portal", address=NEW, **options):
    path = PLACES[side][0]
    assert {"email", "csrf_token"} <= {name for form in browser.get(path).find_all("form") for name in fields(form)}
    return browser.post(path, {"email": address}, **options)


def letters(database):
    with database.reading() as session:
        return {message.letter: message for message in session.scalars(select(EmailMessage).order_by(EmailMessage.created_at))}


def link(database, letter, name):
    """Make the link in a mail as the worker would, and give its path."""
    with database.writing() as session:
        message = session.scalars(
            select(EmailMessage).where(EmailMessage.letter == letter).order_by(EmailMessage.created_at.desc())
        ).first()
        return mint_links(session, message, b"secret", "")[name]


def opened(browser, path):
    return browser.follow(browser.get(path, status=303))


def confirm(browser, database):
    page = opened(browser, link(database, "address_change_verify", "verify"))
    return browser.submit(page, "/links/address", status=200)


def stop(browser, database):
    page = opened(browser, link(database, "address_change_notice", "stop"))
    return browser.submit(page, "/links/email-change", status=200)


def read(database, model, row_id):
    with database.reading() as session:
        return session.get_one(model, row_id)


def acts(database, prefix):
    with database.reading() as session:
        found = session.scalars(select(AuditEvent).where(AuditEvent.action.startswith(prefix)).order_by(AuditEvent.at, AuditEvent.id))
        return [event.action for event in found]


@pytest.mark.parametrize("side", PLACES)
def test_the_new_address_is_written_to_and_the_old_one_told_at_once(client, cast, database, side):
    browser = browser_of(client, side)
    old = read(database, User, user_of(cast, side)).email
    page = browser.follow(ask(browser, side))
    assert f"We have written to {NEW}." in page.text
    assert "The change counts once the link there is opened" in page.text
    sent = letters(database)
    assert sent["address_change_verify"].to_address == NEW
    assert old not in str(sent["address_change_verify"].facts)
    assert sent["address_change_notice"].to_address == old
    assert NEW not in str(sent["address_change_notice"].facts)
    assert read(database, User, user_of(cast, side)).email == old
    assert acts(database, "email_change") == ["email_change.requested"]


@pytest.mark.parametrize("side", PLACES)
def test_opening_the_link_changes_nothing_and_confirming_does(client, cast, database, side):
    browser, elsewhere = browser_of(client, side), browser_of(client, side)
    ask(browser, side)
    path = link(database, "address_change_verify", "verify")
    for _ in range(3):
        browser.http.head(path)
        page = opened(browser, path)
    assert page.h1 == "Sign in with this address?"
    assert NEW in page.text
    assert read(database, User, user_of(cast, side)).email != NEW
    done = browser.submit(page, "/links/address", status=200)
    assert done.h1 == "Your address has changed"
    assert "All your other sessions have ended." in done.text
    assert read(database, User, user_of(cast, side)).email == NEW
    home = "/account" if side == "portal" else "/console/customers"
    browser.get(home)
    elsewhere.get(home, status=303)
    assert acts(database, "email_change") == ["email_change.requested", "email_change.done"]


def test_contacts_follow_and_a_primary_contacts_customer_too(client, cast, database):
    browser = client.as_person("owner")
    ask(browser)
    confirm(browser, database)
    contact = read(database, Contact, cast.own_contacts["owner"].id)
    customer = read(database, Customer, cast.own.id)
    assert (contact.email, contact.email_key, contact.user_id) == (NEW, NEW, cast.own_contacts["owner"].user_id)
    assert contact.verified_at is not None
    assert contact.is_primary
    assert (customer.email, customer.email_key) == (NEW, NEW)
    with database.reading() as session:
        assert [place.customer_id for place in users.places(session, NEW)] == [cast.own.id]
        assert not users.places(session, "marta@gruenwald.example")
        assert len(session.scalars(select(Contact).where(Contact.customer_id == cast.own.id)).all()) == 3


def test_a_secondary_contact_changes_without_the_customers_address(client, cast, database):
    browser = client.as_person("viewer")
    ask(browser, address="vera@gj-payments.example")
    confirm(browser, database)
    assert read(database, Contact, cast.own_contacts["viewer"].id).email == "vera@gj-payments.example"
    assert read(database, Customer, cast.own.id).email == "marta@gruenwald.example"


def test_confirmed_on_another_device_all_sessions_end(client, cast, database):
    browser = client.as_person("owner")
    ask(browser)
    done = confirm(client, database)
    assert "All your sessions have ended." in done.text
    assert done.find("a", href="/sign-in") is not None
    browser.get("/account", status=303)


def test_a_link_confirms_once(client, cast, database):
    browser = client.as_person("owner")
    ask(browser)
    page = opened(browser, link(database, "address_change_verify", "verify"))
    browser.submit(page, "/links/address", status=200)
    browser.submit(page, "/links/address", status=410)
    assert acts(database, "email_change.done") == ["email_change.done"]


def test_a_link_runs_out_after_72_hours(client, cast, database):
    browser = client.as_person("owner")
    ask(browser)
    path = link(database, "address_change_verify", "verify")
    with clock.frozen(clock.now() + timedelta(hours=73)):
        assert client.get(path, status=410).h1 == "This link has ended"
    assert read(database, User, user_of(cast, "portal")).email == "marta@gruenwald.example"


IN_USE = {
    "a neighbour who signs in": "nora@nachbar.example",
    "a colleague": "bernd@gruenwald.example",
    "an operator": "finance@northwind.example",
    "the address of another customer": "info@nachbar.example",
}


@pytest.mark.parametrize("whose", IN_USE)
def test_an_address_of_somebody_else_is_answered_alike(client, cast, database, whose):
    with database.writing() as session:
        other = session.get_one(Customer, cast.neighbour.id)
        if whose == "the address of another customer":
            other.email = other.email_key = "info@nachbar.example"
    browser = client.as_person("owner")
    free = browser.follow(ask(browser, address="free@gj-payments.example"))
    taken = browser.follow(ask(browser, address=IN_USE[whose]))
    assert _blank(taken.text, IN_USE[whose]) == _blank(free.text, "free@gj-payments.example")
    sent = letters(database)
    assert sent["address_in_use"].to_address == IN_USE[whose]
    assert sent["address_in_use"].customer_id is None
    assert "marta" not in str(sent["address_in_use"].facts)
    assert sent["address_change_verify"].to_address == "free@gj-payments.example"


def _blank(text, address):
    return text.replace(address, "…")


def test_an_address_taken_in_between_is_told_to_its_reader_only(client, cast, database):
    browser = client.as_person("owner")
    ask(browser)
    page = opened(browser, link(database, "address_change_verify", "verify"))
    with database.writing() as session:
        session.add(User(email=NEW, email_key=NEW))
    answer = browser.submit(page, "/links/address", status=409)
    assert "belong to somebody" in answer.text
    assert read(database, User, user_of(cast, "portal")).email == "marta@gruenwald.example"
    assert read(database, Customer, cast.own.id).email == "marta@gruenwald.example"


def test_what_is_no_address_or_the_present_one_is_said_and_kept(client, cast, database):
    browser = client.as_person("owner")
    assert "nonsense" in ask(browser, address="nonsense", status=422).find("input", name="email").get("value")
    assert "This is your address already." in ask(browser, address="Marta@gruenwald.example", status=422).text
    assert "Write the address" in ask(browser, address="", status=422).text
    assert not letters(database)


def test_many_wishes_wait(client, cast, database):
    browser = client.as_person("owner")
    for number in range(CHANGES.free):
        ask(browser, address=f"m{number}@gj-payments.example")
    assert "The next one can be made in" in ask(browser, address="one-more@gj-payments.example", status=429).text


def test_nobody_can_flood_an_address_from_many_accounts(client, cast, database):
    for role in ("owner", "billing_manager", "viewer"):
        browser = client.as_person(role)
        for address in (NEW, "other@gj-payments.example", NEW):
            ask(browser, address=address)
    with database.reading() as session:
        written = session.scalars(select(EmailMessage).where(EmailMessage.to_address == NEW)).all()
    assert len(written) == 3


def test_a_newer_wish_ends_the_earlier_one(client, cast, database):
    browser = client.as_person("owner")
    ask(browser, address="first@gj-payments.example")
    earlier = link(database, "address_change_verify", "verify")
    ask(browser)
    assert client.get(earlier, status=410).h1 == "This link has ended"
    confirm(browser, database)
    assert read(database, User, user_of(cast, "portal")).email == NEW


def test_a_wish_is_taken_back(client, cast, database):
    browser = client.as_person("owner")
    page = browser.follow(ask(browser))
    path = link(database, "address_change_verify", "verify")
    after = browser.follow(browser.submit(page, "/withdrawal"))
    assert "Taken back." in after.text
    assert "The change counts once the link there is opened" not in after.text
    client.get(path, status=410)
    assert acts(database, "email_change") == ["email_change.requested", "email_change.withdrawn"]
    browser.post("/account/access/address/withdrawal")
    assert len(acts(database, "email_change")) == 2


def test_the_old_address_stops_it_before_and_every_session_ends(client, cast, database):
    browser = client.as_person("owner")
    ask(browser)
    verify = link(database, "address_change_verify", "verify")
    page = opened(client, link(database, "address_change_notice", "stop"))
    assert page.h1 == "Stop the change?"
    browser.get("/account")
    done = client.submit(page, "/links/email-change", status=200)
    assert done.h1 == "The change is stopped"
    assert "You sign in with marta@gruenwald.example, and every session of yours has ended." in done.text
    browser.get("/account", status=303)
    client.get(verify, status=410)
    assert acts(database, "email_change")[-1] == "email_change.stopped"


def test_the_old_address_takes_it_back_afterwards(client, cast, database):
    browser = client.as_person("owner")
    ask(browser)
    confirm(browser, database)
    with clock.frozen(clock.now() + timedelta(days=6)):
        page = opened(client, link(database, "address_change_notice", "stop"))
        assert page.h1 == "Take the change back?"
        done = client.submit(page, "/links/email-change", status=200)
        assert done.h1 == "The change is taken back"
    assert read(database, User, user_of(cast, "portal")).email == "marta@gruenwald.example"
    assert read(database, Contact, cast.own_contacts["owner"].id).email == "marta@gruenwald.example"
    assert read(database, Customer, cast.own.id).email == "marta@gruenwald.example"
    browser.get("/account", status=303)


def test_after_seven_days_the_old_address_stops_nothing(client, cast, database):
    browser = client.as_person("owner")
    ask(browser)
    path = link(database, "address_change_notice", "stop")
    confirm(browser, database)
    with clock.frozen(clock.now() + timedelta(days=7, minutes=1)):
        client.get(path, status=410)


def test_whoever_took_an_account_over_cannot_undo_the_undoing(client, cast, database):
    """A thief goes on from one address of theirs to the next; the owner's link takes all of it back, the thief's links nothing."""
    thief = client.as_person("owner")
    ask(thief, address="thief-1@evil.example")
    with database.writing() as session:
        first = session.scalars(select(EmailMessage).where(EmailMessage.letter == "address_change_notice")).one()
        owners = mint_links(session, first, b"secret", "")["stop"]
    confirm(thief, database)
    ask(thief, address="thief-2@evil.example")
    thiefs_verify, thiefs_stop = link(database, "address_change_verify", "verify"), link(database, "address_change_notice", "stop")
    done = client.submit(opened(client, owners), "/links/email-change", status=200)
    assert done.h1 == "The change is taken back"
    assert read(database, User, user_of(cast, "portal")).email == "marta@gruenwald.example"
    for path in (thiefs_verify, thiefs_stop):
        client.get(path, status=410)


def test_mail_about_a_stopped_change_that_has_not_gone_out_stays(client, cast, database):
    thief = client.as_person("owner")
    ask(thief)
    stop(client, database)
    assert {message.letter: message.state for message in letters(database).values()} == {
        "address_change_notice": "failed",
        "address_change_verify": "failed",
    }


def test_an_operator_cannot_send_such_mail_again(client, cast, database):
    ask(client.as_person("owner"))
    message = letters(database)["address_change_notice"]
    client.as_operator("support").post(f"/console/messages/{message.id}/deliveries", status=422)
    with database.writing() as session, pytest.raises(messages.NothingToRepeat):
        messages.send_again(session, session.get_one(EmailMessage, message.id), by=cast.operator())


def test_it_asks_who_it_is_when_the_proof_is_old(client, cast, database):
    browser = client.as_person("owner")
    with database.writing() as session:
        for row in session.scalars(select(BrowserSession)):
            row.proved_at = clock.now() - timedelta(hours=1)
    browser.get("/account/access/address", status=403)
    answer = browser.post("/account/access/address", {"email": NEW}, status=403)
    assert NEW in answer.body
    assert not letters(database)


def test_nobody_else_gets_in(client, cast, database):
    client.get("/account/access/address", status=303)
    client.post("/account/access/address", {"email": NEW}, status=303)
    client.as_operator("owner").get("/account/access/address", status=303)
    assert not letters(database)


def test_a_token_of_the_one_link_is_none_of_the_other(client, cast, database):
    ask(client.as_person("owner"))
    verify = link(database, "address_change_verify", "verify").rpartition("/")[2]
    halt = link(database, "address_change_notice", "stop").rpartition("/")[2]
    client.get(f"/links/address/{halt}", status=404)
    client.get(f"/links/email-change/{verify}", status=404)
    client.get("/links/address/nonsense", status=404)
    client.get("/links/email-change", status=410)


def test_a_form_for_another_link_changes_nothing(client, cast, database):
    browser = client.as_person("owner")
    ask(browser)
    page = opened(browser, link(database, "address_change_verify", "verify"))
    browser.submit(page, "/links/address", {"link": str(cast.own.id)}, status=409)
    assert read(database, User, user_of(cast, "portal")).email == "marta@gruenwald.example"


def test_of_two_who_confirm_at_once_one_does(client, cast, database):
    ask(client.as_person("owner"))
    token = link(database, "address_change_verify", "verify").rpartition("/")[2]
    with database.writing() as session:
        by = email_changes.find(session, token, "verify_address").actor()
        email_changes.confirm(session, token, by=by)
        with pytest.raises(email_changes.deciding.LinkEnded):
            email_changes.confirm(session, token, by=by)


def test_links_to_the_old_address_open_nothing_afterwards(client, cast, database):
    browser = client.as_person("owner")
    with database.writing() as session:
        asked = sign_in.ask(session, "marta@gruenwald.example", by=cast.person("owner"))
        token = sign_in.mint_link(session, purpose="sign_in", user_id=user_of(cast, "portal"), request_id=asked.request.id)
    ask(browser)
    confirm(browser, database)
    with database.reading() as session:
        assert sign_in.open_link(session, token, "sign_in").state != "live"


def test_the_state_of_every_change_is_kept(client, cast, database):
    browser = client.as_person("owner")
    ask(browser, address="first@gj-payments.example")
    ask(browser)
    confirm(browser, database)
    with database.reading() as session:
        rows = session.scalars(select(EmailChange).order_by(EmailChange.requested_at)).all()
        assert [(row.new_email, row.state) for row in rows] == [("first@gj-payments.example", "stopped"), (NEW, "done")]
        assert all(len(row.digest) == 32 for row in session.scalars(select(EmailLink)))
