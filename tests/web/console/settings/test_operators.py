"""The operators' room: inviting by mail, roles, limits to business entities, letting go."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from portal.domain import actors, outbox, roles, users
from portal.model import BrowserSession, EmailMessage, User
from portal.values import clock
from tests import factories
from tests.page_client import PageClient

BASE = "/console/settings/operators"
JONAS = "jonas@northwind.example"


@pytest.fixture
def southwind(database, cast):
    with database.writing() as session:
        return factories.entity(session, name="Southwind", is_default=False)[0]


@pytest.fixture
def invited(client):
    """The page of Jonas, who was just invited as support."""
    owner = client.as_operator()
    return owner.follow(owner.submit(owner.get(f"{BASE}/new"), BASE, {"email": JONAS, "role": "support"}))


def mails(database) -> list[EmailMessage]:
    with database.reading() as session:
        return list(session.scalars(select(EmailMessage).where(EmailMessage.letter == "operator_invite").order_by(EmailMessage.id)))


def link_of(database, message) -> str:
    with database.writing() as session:
        prepared = outbox.claim(session, message.id, secret_key=b"k", public_url="http://localhost")
    return re.search(r"http://localhost(/sign-in/invite/\S+)", prepared.rendered.text).group(1)


def operator_of(database, email) -> users.Operator:
    with database.reading() as session:
        return users.operator(session, users.by_email(session, email).id)


def test_the_list_says_who_works_here_and_how(client):
    page = client.as_operator().get(BASE)
    for words in ("Finance Operator", "finance@northwind.example", "Manager", "never", "Invited"):
        assert words in page.text
    assert "you" in page.text
    assert "Invite operator" not in client.as_operator("support").get(BASE).text
    client.as_operator("viewer").get(BASE, status=403)


def test_an_invite_goes_by_mail_and_is_taken_up_once(client, app, cast, database, invited):
    assert f"The invite to {JONAS} is on its way." in invited.text
    assert "Waiting to be sent" in invited.text
    link = link_of(database, mails(database)[0])
    jonas = PageClient(app, cast)
    page = jonas.follow(jonas.get(link, status=303))
    assert "Support" in page.text
    assert jonas.submit(page, "/sign-in/invite", {"name": "Jonas Weber"}).location == "/console"
    jonas.get("/console/customers/")
    assert operator_of(database, JONAS).state == "active"
    assert "taken their place" in _again(client, database, status=409).text


def _again(client, database, *, act="invites", status=303):
    return client.as_operator().post(f"{BASE}/{operator_of(database, JONAS).id}/{act}", status=status)


def test_sending_again_replaces_the_link_before(client, app, cast, database, invited):
    first = link_of(database, mails(database)[0])
    _again(client, database)
    second = link_of(database, mails(database)[1])
    other = PageClient(app, cast)
    assert other.follow(other.get(first, status=303), status=410).h1 == "A newer invite was made"
    assert "Take your place" in other.follow(other.get(second, status=303)).h1


def test_an_unsent_invite_that_is_withdrawn_is_never_sent_and_a_sent_one_opens_nothing(client, app, cast, database, invited):
    _again(client, database, act="withdrawal")
    assert [(one.state, one.rule) for one in mails(database)] == [("failed", "The invite was withdrawn.")]
    owner = client.as_operator()
    assert JONAS not in owner.get(BASE).text
    owner.submit(owner.get(f"{BASE}/new"), BASE, {"email": JONAS, "role": "viewer"})
    link = link_of(database, mails(database)[1])
    _again(client, database, act="withdrawal")
    other = PageClient(app, cast)
    assert other.follow(other.get(link, status=303), status=410).h1 == "This link leads nowhere"


def test_the_form_says_what_is_wrong_and_keeps_what_was_typed(client):
    owner = client.as_operator()
    page = owner.submit(owner.get(f"{BASE}/new"), BASE, {"email": "", "role": ""}, status=422)
    assert "The email address is missing" in page.text
    assert "Choose what they may do." in page.text
    taken = owner.submit(owner.get(f"{BASE}/new"), BASE, {"email": "finance@northwind.example", "role": "viewer"}, status=422)
    assert "is an operator already, with the role “Finance”" in taken.text
    assert taken.find("input", name="email").get("value") == "finance@northwind.example"


def test_a_new_role_counts_at_once_and_ends_what_is_open(client, cast, database):
    finance, owner = client.as_operator("finance"), client.as_operator()
    path = f"{BASE}/{cast.operators['finance'].id}"
    said = owner.follow(owner.submit(owner.get(path), "/role", {"role": "viewer"}))
    assert "Finance Operator is viewer now. Their sessions have ended." in said.text
    finance.get("/console/customers/", status=303)


def test_a_role_is_limited_to_business_entities(client, cast, database, southwind):
    owner, path = client.as_operator(), f"{BASE}/{cast.operators['support'].id}"
    owner.submit(owner.get(path), "/role", {"entities": str(southwind.id)})
    assert "Southwind" in owner.get(path).text
    limited = client.as_operator("support")
    limited.get(f"/console/customers/{cast.own.id}", status=404)
    assert cast.own.name not in limited.get("/console/customers/").text
    limited.get("/console/settings", status=403)
    limited.get("/console/imports", status=403)
    page = owner.submit(owner.get(path), "/role", {"role": "owner"}, status=422)
    assert "An owner is one everywhere." in page.text


def test_deactivating_asks_ends_everything_and_is_undone(client, cast):
    support, owner, path = client.as_operator("support"), client.as_operator(), f"{BASE}/{cast.operators['support'].id}"
    owner.submit(owner.get(f"{path}/deactivation"), "/deactivation")
    support.get("/console/customers/", status=303)
    page = owner.get(path)
    assert "Deactivated" in page.text
    owner.submit(page, "/reactivation")
    client.as_operator("support").get("/console/customers/")


def test_the_last_owner_stays_and_is_told_why(client, cast):
    owner, path = client.as_operator(), f"{BASE}/{cast.operators['owner'].id}"
    assert "This is the last owner." in owner.submit(owner.get(f"{path}/deactivation"), "/deactivation", status=422).text
    owner.post(f"{path}/role", {"role": "viewer"}, status=422)


def test_who_may_invite_only_some_is_offered_these_and_refused_the_others(client, cast, database):
    with database.writing() as session:
        role = roles.define(session, "Front desk", ["operator.change", "message.read"], by=actors.system("cli"))
        users.change_role(session, session.get_one(User, cast.operators["manager"].id), role.key, by=actors.system("cli"))
    clerk = client.as_operator("manager")
    page = clerk.get(f"{BASE}/new")
    offered = {option.get("value") for option in page.find("select", name="role").iter("option")}
    assert offered == {"", role.key}
    clerk.submit(page, BASE, {"email": JONAS, "role": "owner"}, status=422)
    path = f"{BASE}/{cast.operators['owner'].id}"
    assert "Change role" not in clerk.get(path).text
    clerk.post(f"{path}/deactivation", status=403)


def test_who_showed_long_ago_who_they_are_is_asked_again(client, database, cast):
    owner = client.as_operator()
    with database.writing() as session:
        session.execute(update(BrowserSession).values(proved_at=clock.now() - timedelta(hours=1)))
    page = owner.submit(owner.get(f"{BASE}/new"), BASE, {"email": JONAS, "role": "support"}, status=403)
    assert mails(database) == []
    assert JONAS in page.body


def test_people_who_are_no_operators_are_not_there(client, cast):
    owner = client.as_operator()
    owner.get(f"{BASE}/{cast.own_contacts['owner'].user_id}", status=404)
    owner.post(f"{BASE}/{cast.own_contacts['owner'].user_id}/deactivation", status=404)
