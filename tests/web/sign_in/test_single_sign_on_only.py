"""Single sign-on as the only way in: no other way opens the place, no address is given away, and nobody is shut out for good."""

from urllib.parse import urlsplit

import pytest
from sqlalchemy import select, update

from portal.domain import actors, mail_log, messages, outbox, passwords, providers, single_sign_on, users
from portal.domain.single_sign_on import NobodyKnown, NoKeyLeft, NoProvider, NotYet
from portal.model import AuditEvent, BrowserSession, Contact, Customer, EmailMessage, IdentityProvider, Sender, User
from portal.values import clock
from tests import factories
from tests.factor_holders import holder
from tests.openid_provider import Provider
from tests.page_client import PageClient
from tests.web.sign_in.openid_steps import set_up, sign_in

OWNER = {"sub": "u-1", "email": "owner@northwind.example", "email_verified": True}
MARTA = {"sub": "m-1", "email": "marta@gruenwald.example", "email_verified": True}
PASSWORD = "four words that nobody joins"


@pytest.fixture
def okta():
    made = Provider(claims=dict(OWNER))
    yield made
    made.stop()


@pytest.fixture
def entra():
    made = Provider(claims=dict(MARTA))
    yield made
    made.stop()


@pytest.fixture
def company(app, database, settings, cast, entra):
    """A customer's provider that is the only way in, and has signed Marta in once."""
    made = set_up(database, settings, entra, "gruenwald.example", customer_id=cast.own.id, name="Entra")
    sign_in(PageClient(app, cast), made, entra)
    with database.writing() as db:
        single_sign_on.enforce(db, providers.find(db, made.id, cast.own.id), True, by=cast.operator())
    return made


@pytest.fixture
def business(database, settings, cast, okta):
    """The business's own provider."""
    return set_up(database, settings, okta, "northwind.example")


def give_password(database, user_id) -> None:
    with database.writing() as db:
        db.get_one(User, user_id).password_hash = passwords.hash_password(PASSWORD)


def bind(database, cast, *roles) -> None:
    with database.writing() as db:
        single_sign_on.bind_roles(db, roles, by=cast.operator())


def live(database) -> list[tuple[str, str]]:
    with database.reading() as db:
        return [(row.side, row.method) for row in db.scalars(select(BrowserSession).where(BrowserSession.ended_at.is_(None)))]


def mails(database) -> list[str]:
    with database.reading() as db:
        return [row.to_address for row in db.scalars(select(EmailMessage).where(EmailMessage.letter == "sign_in"))]


def break_glass(database) -> list[EmailMessage]:
    with database.reading() as db:
        return list(db.scalars(select(EmailMessage).where(EmailMessage.letter == "break_glass").order_by(EmailMessage.to_address)))


@pytest.mark.parametrize("address", ["marta@gruenwald.example", "nobody@gruenwald.example"])
def test_an_address_of_the_domain_is_led_to_the_provider_whoever_has_it(client, company, address):
    page = client.follow(client.submit(client.get("/sign-in"), "/sign-in", {"email": address}))
    assert page.h1 == "Continue with Entra"
    assert "sign in there, and in no other way" in page.text


def test_the_provider_opens_the_portal_and_no_mail_does(app, cast, client, database, company, entra):
    page = client.follow(client.submit(client.get("/sign-in"), "/sign-in", {"email": "marta@gruenwald.example"}))
    assert "Are you with another company too? A link by email leads there." in page.text
    waiting = client.follow(client.post("/sign-in", {"email": "marta@gruenwald.example", "by": "mail"}))
    unknown = PageClient(app, cast)
    same = unknown.follow(unknown.post("/sign-in", {"email": "nobody@gruenwald.example", "by": "mail"}))
    assert waiting.text.replace("marta@", "") == same.text.replace("nobody@", "")
    assert mails(database) == []
    assert sign_in(client, company, entra).location == "/account"


def test_a_link_in_another_mail_leads_to_the_provider_and_on_to_its_page(client, database, cast, company, mail_to):
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
    link = mail_to("marta@gruenwald.example")
    before = live(database)
    page = client.follow(client.follow(client.get(link.path, status=303), status=303))
    assert page.h1 == "Continue with Entra"
    assert page.form("/sign-in/openid/")["next"] == "/account/access"
    answer = client.post("/sign-in/link")
    assert answer.location == f"/sign-in/openid/{company.id}?next=/account/access"
    assert live(database) == before


def test_a_password_opens_nothing_and_the_domain_is_told_why(client, database, cast, company):
    give_password(database, cast.own_contacts["owner"].user_id)
    for address in ("marta@gruenwald.example", "nobody@gruenwald.example"):
        page = client.post("/sign-in/password", {"email": address, "password": PASSWORD}, status=422)
        assert "Addresses like this one sign in with Entra." in page.text
    assert "Addresses like" not in client.post("/sign-in/password", {"email": "a@b.example", "password": PASSWORD}, status=422).text


def test_what_was_open_in_other_ways_ends_but_not_the_session_of_who_decides(app, client, database, settings, cast, entra):
    made = set_up(database, settings, entra, "gruenwald.example", customer_id=cast.own.id, name="Entra")
    sign_in(PageClient(app, cast), made, entra)
    marta, bernd, neighbour = client.as_person("owner"), client.as_person("billing_manager"), client.as_person("owner", at="neighbour")
    page = marta.get(f"/account/company/providers/{made.id}/edit")
    marta.submit(page, "/enforcement", {"wanted": "on"})
    assert "Only way in" in marta.get("/account/company/providers").text
    bernd.get("/account", status=303)
    neighbour.get("/account")
    with database.reading() as db:
        event = db.scalars(select(AuditEvent).where(AuditEvent.action == "provider.changed").order_by(AuditEvent.at.desc())).first()
        assert (event.customer_id, event.changes) == (cast.own.id, {"only_way_in": [False, True]})
    marta.submit(marta.get(f"/account/company/providers/{made.id}/edit"), "/enforcement", {"wanted": "off"})
    assert "Only way in" not in marta.get("/account/company/providers").text


def test_other_places_of_the_same_person_open_as_ever_and_switching_asks_the_provider(client, database, cast, company, mail_to):
    with database.writing() as db:
        other = factories.contact(db, db.get_one(Customer, cast.neighbour.id), "marta@gruenwald.example")
        other.user_id, other.portal_role = cast.own_contacts["owner"].user_id, "viewer"
    client.post("/sign-in", {"email": "marta@gruenwald.example", "by": "mail"})
    mail = mail_to("marta@gruenwald.example")
    link = client.follow(client.get(mail.path, status=303))
    assert "It leads to Nachbar AG." in link.text
    assert client.submit(link, "/sign-in/link").location == "/account"
    answer = client.post("/sign-in/choose", {"place": str(cast.own_contacts["owner"].id), "next": "/account/contacts"})
    assert answer.location == f"/sign-in/openid/{company.id}?next=/account/contacts"


def test_people_with_other_addresses_are_not_touched(client, database, cast, company, mail_to):
    with database.writing() as db:
        factories.contact(db, db.get_one(Customer, cast.own.id), "taxes@adviser.example", role="viewer")
    client.submit(client.get("/sign-in"), "/sign-in", {"email": "taxes@adviser.example"})
    mail = mail_to("taxes@adviser.example")
    assert client.submit(client.follow(client.get(mail.path, status=303)), "/sign-in/link").location == "/account"


def test_switching_the_provider_off_opens_the_other_ways_again(client, database, cast, company, mail_to):
    with database.writing() as db:
        providers.switch(db, providers.find(db, company.id, cast.own.id), False, by=cast.operator())
        assert not db.get_one(IdentityProvider, company.id).enforced
    client.submit(client.get("/sign-in"), "/sign-in", {"email": "marta@gruenwald.example"})
    mail = mail_to("marta@gruenwald.example")
    assert client.submit(client.follow(client.get(mail.path, status=303)), "/sign-in/link").location == "/account"


def test_it_is_refused_while_it_would_shut_people_out(client, database, settings, cast, entra):
    made = set_up(database, settings, entra, "gruenwald.example", customer_id=cast.own.id, name="Entra")
    owner = client.as_operator("owner")
    path = f"/console/customers/{cast.own.id}/providers/{made.id}"
    assert "Nobody has signed in with it yet." in owner.submit(owner.get(f"{path}/edit"), "/enforcement", {"wanted": "on"}, status=422).text
    with database.writing() as db:
        provider = providers.find(db, made.id, cast.own.id)
        with pytest.raises(NobodyKnown):
            single_sign_on.enforce(db, provider, True, by=cast.operator())
        providers.switch(db, provider, False, by=cast.operator())
        with pytest.raises(NotYet):
            single_sign_on.enforce(db, provider, True, by=cast.operator())


def test_operators_of_a_role_enter_with_the_provider_alone(client, database, cast, business, okta):
    okta.claims = {"sub": "f-1", "email": "finance@northwind.example", "email_verified": True}
    finance, support = client.as_operator("finance"), client.as_operator("support")
    bind(database, cast, "finance")
    assert finance.get("/console", status=303).location.startswith("/sign-in")
    assert support.get("/console", status=303).location.startswith("/console")
    assert "Operators sign in with the button below." in client.get("/sign-in").text
    give_password(database, cast.operators["finance"].id)
    client.post("/sign-in/password", {"email": "finance@northwind.example", "password": PASSWORD}, status=422)
    client.post("/sign-in", {"email": "finance@northwind.example", "by": "mail"})
    assert mails(database) == []
    assert sign_in(client, business, okta).location == "/console"


def test_an_owner_with_a_password_and_a_second_factor_gets_past_a_provider_that_is_down(app, client, database, cast, business):
    owner = cast.operators["owner"].id
    held = holder(app, database, owner)
    give_password(database, owner)
    bind(database, cast, "owner", "finance")
    answer = client.post("/sign-in/password", {"email": "owner@northwind.example", "password": PASSWORD})
    assert answer.location == "/sign-in/second"
    assert client.post("/sign-in/second", {"code": held.code()}).location == "/console"
    with database.reading() as db:
        event = db.scalars(select(AuditEvent).where(AuditEvent.action == "user.signed_in")).one()
        assert event.facts["past_provider"] is True
    client.post("/sign-in", {"email": "owner@northwind.example", "by": "mail"})
    assert mails(database) == []


def test_every_other_owner_is_told_at_once_who_came_in_past_the_provider(app, client, database, cast, business):
    owner = cast.operators["owner"].id
    held = holder(app, database, owner)
    give_password(database, owner)
    with database.writing() as db:
        for address in ("ada@northwind.example", "ben@northwind.example", "gone@northwind.example"):
            users.invite_operator(db, address, "owner", by=cast.operator())
        users.by_email(db, "gone@northwind.example").deactivated_at = clock.now()
    bind(database, cast, "owner", "finance")
    client.post("/sign-in/password", {"email": "owner@northwind.example", "password": PASSWORD})
    assert break_glass(database) == []
    client.post("/sign-in/second", {"code": held.code()})
    told = break_glass(database)
    assert [one.to_address for one in told] == ["ada@northwind.example", "ben@northwind.example"]
    assert told[0].topic == "security"
    assert told[0].links == {"operator": {"purpose": "plain", "target": f"/console/settings/operators/{owner}"}}
    with database.reading() as db:
        text = mail_log.reread(db, told[0], public_url="https://portal.example").text
    words = " ".join(text.split())
    assert "owner@northwind.example, came into the console with a password and a second factor." in words
    assert "For the role “Owner” single sign-on with Okta is the only way in; it was passed by." in words
    assert "An owner who has both gets in without the provider" in words
    assert f"https://portal.example/console/settings/operators/{owner}" in words


def test_an_invite_from_the_command_line_is_told_to_all_owners(client, database, cast, business):
    bind(database, cast, "finance")
    with database.writing() as db:
        _, token = users.invite_operator(db, "new@northwind.example", "finance", by=actors.system("cli"))
    client.get(f"/sign-in/invite/{token}", status=303)
    client.post("/sign-in/invite", {"name": "Nina"})
    (told,) = break_glass(database)
    assert told.to_address == "owner@northwind.example"
    with database.reading() as db:
        words = " ".join(mail_log.reread(db, told, public_url="https://portal.example").text.split())
    assert "Nina, new@northwind.example, came into the console with an invite that was made at the command line." in words


@pytest.mark.parametrize("roles", [(), ("finance",)])
def test_nobody_is_told_of_a_way_that_is_open_to_the_role(app, client, database, cast, business, roles):
    owner = cast.operators["owner"].id
    held = holder(app, database, owner)
    give_password(database, owner)
    with database.writing() as db:
        users.invite_operator(db, "ada@northwind.example", "owner", by=cast.operator())
    bind(database, cast, *roles)
    client.post("/sign-in/password", {"email": "owner@northwind.example", "password": PASSWORD})
    assert client.post("/sign-in/second", {"code": held.code()}).location == "/console"
    assert break_glass(database) == []


def test_the_one_owner_there_is_gets_in_and_no_letter_goes_to_themselves(app, client, database, cast, business):
    owner = cast.operators["owner"].id
    held = holder(app, database, owner)
    give_password(database, owner)
    bind(database, cast, "owner")
    client.post("/sign-in/password", {"email": "owner@northwind.example", "password": PASSWORD})
    assert client.post("/sign-in/second", {"code": held.code()}).location == "/console"
    assert break_glass(database) == []


def test_where_nobody_can_be_written_as_the_spare_key_opens_all_the_same(app, client, database, cast, business):
    owner = cast.operators["owner"].id
    held = holder(app, database, owner)
    give_password(database, owner)
    with database.writing() as db:
        users.invite_operator(db, "ada@northwind.example", "owner", by=cast.operator())
        db.execute(update(Sender).values(is_default=False))
    bind(database, cast, "owner")
    client.post("/sign-in/password", {"email": "owner@northwind.example", "password": PASSWORD})
    assert client.post("/sign-in/second", {"code": held.code()}).location == "/console"
    assert break_glass(database) == []


def test_an_owner_with_a_password_alone_does_not(client, database, cast, business):
    give_password(database, cast.operators["owner"].id)
    with database.writing() as db, pytest.raises(NoKeyLeft):
        single_sign_on.bind_roles(db, ["owner"], by=cast.operator())
    bind(database, cast, "finance")
    assert client.post("/sign-in/password", {"email": "owner@northwind.example", "password": PASSWORD}).location == "/console"


def test_an_invite_of_the_command_line_opens_the_console_all_the_same(client, database, cast, business):
    bind(database, cast, "support")
    with database.writing() as db:
        _, token = users.invite_operator(db, "new@northwind.example", "support", by=cast.operator())
    page = client.follow(client.get(f"/sign-in/invite/{token}", status=303))
    assert client.submit(page, "/sign-in/invite", {"name": "Nele New"}).location == "/console"


def test_a_mailed_invite_leads_to_the_provider(client, database, cast, business, settings):
    bind(database, cast, "support")
    with database.writing() as db:
        users.invite_by_mail(db, "new@northwind.example", "support", by=cast.operator())
        message = db.scalars(select(EmailMessage).where(EmailMessage.letter == "operator_invite")).one()
        path = urlsplit(outbox.mint_links(db, message, b"secret", settings.public_url)["invite"]).path
    before = live(database)
    page = client.follow(client.get(path, status=303))
    answer = client.submit(page, "/sign-in/invite", {"name": "Nele New"})
    assert answer.location == f"/sign-in/openid/{business.id}?next=/console"
    assert live(database) == before


def test_the_owner_decides_on_the_page_and_others_read(app, client, database, cast, business):
    owner = client.as_operator("owner")
    owner.submit(owner.get("/console/settings/security"), "/single-sign-on", {"bound": ["finance", "support"]})
    with database.reading() as db:
        assert single_sign_on.roles_chosen(db) == {"finance", "support"}
        assert db.scalars(select(AuditEvent.action)).all().count("settings.single_sign_on_changed") == 1
    assert "Finance, Support." in client.as_operator("manager").get("/console/settings/security").text
    refused = owner.submit(owner.get("/console/settings/security"), "/single-sign-on", {"bound": ["owner"]}, status=422)
    assert "One owner needs a password and a second factor first" in refused.text
    holder(app, database, cast.operators["owner"].id)
    give_password(database, cast.operators["owner"].id)
    owner.submit(owner.get("/console/settings/security"), "/single-sign-on", {"bound": ["owner"]})
    owner.get("/console/settings/security")


def test_without_a_provider_there_is_nothing_to_bind_to(client, database, cast):
    assert "No provider for operators is on." in client.as_operator("owner").get("/console/settings/security").text
    with database.writing() as db, pytest.raises(NoProvider):
        single_sign_on.bind_roles(db, ["finance"], by=cast.operator())


def test_a_provider_that_is_off_binds_nobody(client, database, cast, business, mail_to):
    bind(database, cast, "finance")
    with database.writing() as db:
        providers.switch(db, providers.find(db, business.id, None), False, by=cast.operator())
    client.submit(client.get("/sign-in"), "/sign-in", {"email": "finance@northwind.example"})
    assert client.submit(client.follow(client.get(mail_to("finance@northwind.example").path, status=303)), "/sign-in/link").location
    assert ("console", "link") in live(database)
