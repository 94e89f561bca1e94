"""Who enters the portal: invited by mail from both sides, roles changed, access taken away; and switching between companies."""

import re

import pytest
from sqlalchemy import select, update

from portal.domain import outbox
from portal.model import BrowserSession, Contact, EmailMessage
from portal.values import emails
from tests.page_client import PageClient

YUI = "yui@gruenwald.example"


@pytest.fixture
def yui(database, cast) -> Contact:
    """A contact who has no access yet."""
    with database.writing() as session:
        made = Contact(customer_id=cast.own.id, email=YUI, email_key=emails.email_key(YUI), first_name="Yui")
        session.add(made)
    return made


def mails(database) -> list[EmailMessage]:
    with database.reading() as session:
        return list(session.scalars(select(EmailMessage).where(EmailMessage.letter == "contact_invite").order_by(EmailMessage.id)))


def link_of(database, message) -> str:
    with database.writing() as session:
        prepared = outbox.claim(session, message.id, secret_key=b"k", public_url="http://localhost")
    assert "Open the portal" in prepared.rendered.text
    return re.search(r"http://localhost(/sign-in/link/\S+)", prepared.rendered.text).group(1)


@pytest.mark.parametrize("side", ["console", "account"])
def test_a_contact_is_invited_by_mail_and_enters_with_it(client, app, cast, database, yui, side):
    somebody = client.as_operator("support") if side == "console" else client.as_person("owner")
    path = f"/console/customers/{cast.own.id}/contacts/{yui.id}" if side == "console" else f"/account/contacts/{yui.id}"
    page = somebody.follow(somebody.submit(somebody.get(path), "/invites", {"role": "billing_manager"}))
    assert f"The invite to {YUI} is on its way." in page.text
    assert "Billing manager, not come yet" in page.text
    browser = PageClient(app, cast)
    shown = browser.follow(browser.get(link_of(database, mails(database)[0]), status=303))
    assert browser.submit(shown, "/sign-in/link").location == "/account"
    assert cast.own.name in browser.get("/account/access").text
    assert "last seen" in somebody.get(path).text


def test_an_invite_is_sent_again_until_they_come_and_the_link_before_ends(client, app, cast, database, yui):
    owner, path = client.as_person("owner"), f"/account/contacts/{yui.id}"
    owner.submit(owner.get(path), "/invites", {"role": "viewer"})
    first = link_of(database, mails(database)[0])
    owner.submit(owner.get(path), "/invites")
    browser = PageClient(app, cast)
    assert browser.follow(browser.get(first, status=303), status=410).h1 == "A newer link was sent"
    seen = client.as_person("viewer")
    seen.get("/account/")
    vera = f"/account/contacts/{cast.own_contacts['viewer'].id}"
    assert "They have signed in by now" in owner.post(f"{vera}/invites", {"role": "viewer"}, status=409).text


def test_a_new_role_and_no_role_end_what_is_open(client, cast, database):
    owner, vera, path = client.as_person("owner"), client.as_person("viewer"), f"/account/contacts/{cast.own_contacts['viewer'].id}"
    page = owner.follow(owner.submit(owner.get(path), "/role", {"role": "billing_manager"}))
    assert "Vera is billing manager in the portal now." in page.text
    vera.get("/account/", status=303)
    again = client.as_person("viewer")
    said = owner.follow(owner.post(f"{path}/role", {"role": "none"}))
    assert "Vera has no access any more." in said.text
    again.get("/account/", status=303)
    assert "Choose what they may do" in owner.post(f"{path}/role", {"role": "emperor"}, status=422).text


def test_access_taken_away_before_the_invite_was_sent_is_never_mailed(client, database, yui):
    owner, path = client.as_person("owner"), f"/account/contacts/{yui.id}"
    owner.submit(owner.get(path), "/invites", {"role": "viewer"})
    owner.post(f"{path}/role", {"role": "none"})
    assert [(one.state, one.rule) for one in mails(database)] == [("failed", "The invite was withdrawn.")]


def test_the_last_owner_cannot_leave_without_naming_another(client, cast):
    owner, path = client.as_person("owner"), f"/account/contacts/{cast.own_contacts['owner'].id}"
    assert "This is the last owner in the portal." in owner.post(f"{path}/role", {"role": "none"}, status=422).text


def test_only_owners_say_who_enters(client, cast, database, yui):
    bernd, path = client.as_person("billing_manager"), f"/account/contacts/{yui.id}"
    assert "Invite by mail" not in bernd.get(path).text
    bernd.post(f"{path}/invites", {"role": "viewer"}, status=403)
    page = bernd.submit(bernd.get(f"{path}/edit"), f"/{yui.id}", {"portal_role": "viewer"}, status=422)
    assert "is not one of the choices" in page.text
    assert mails(database) == []


def test_an_address_that_bounces_is_not_invited(client, database, yui):
    with database.writing() as session:
        session.execute(update(Contact).where(Contact.id == yui.id).values(bounce_state="hard"))
    page = client.as_person("owner").post(f"/account/contacts/{yui.id}/invites", {"role": "viewer"}, status=422)
    assert "Mail to this address comes back." in page.text


def test_the_menu_names_the_companies_and_switches_under_a_new_session(client, cast, database):
    marta = cast.own_contacts["owner"]
    with database.writing() as session:
        there = Contact(
            customer_id=cast.neighbour.id, email=marta.email, email_key=marta.email_key, portal_role="viewer", user_id=marta.user_id
        )
        session.add(there)
    browser = client.as_person("owner")
    page = browser.get("/account/")
    assert cast.neighbour.name in page.text
    action = next(form.get("action") for form in page.find_all("form") if str(there.id) in form.get("action"))
    browser.follow(browser.post(action))
    assert cast.own.name in browser.get("/account/access").text
    assert cast.neighbour.name in browser.get("/account/access").find("p", class_="lead").text
    with database.reading() as session:
        ended = session.scalars(select(BrowserSession.end_reason).where(BrowserSession.contact_id == marta.id)).all()
    assert ended == ["switched"]


def test_who_is_at_one_company_is_offered_no_other(client, cast):
    page = client.as_person("owner").get("/account/")
    assert not [form for form in page.find_all("form") if "/sign-in/choose" in form.get("action")]
