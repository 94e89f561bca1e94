"""Signing in at a provider that answers rightly; who is let in, and who is not, by its word."""

import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select

from portal.domain import providers, users
from portal.model import BrowserSession, Contact, IdentityProvider, ProviderIdentity, TotpFactor, User
from portal.values import clock
from tests.openid_provider import Provider, keys_of_each_kind, signed
from tests.page_client import PageClient
from tests.web.sign_in.openid_steps import acts, begin, come_back, refused, sessions_of, set_up, sign_in

OWNER = {"sub": "u-1", "email": "owner@northwind.example", "email_verified": True}
MARTA = {"sub": "m-1", "email": "marta@gruenwald.example", "email_verified": True}


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
def business(database, settings, cast, okta):
    """The business's own provider."""
    return set_up(database, settings, okta, "northwind.example")


@pytest.fixture
def company(database, settings, cast, entra):
    """A customer's provider."""
    return set_up(database, settings, entra, "gruenwald.example", customer_id=cast.own.id, name="Entra")


def test_an_operator_signs_in(client, database, cast, business, okta):
    page = client.get("/sign-in?next=/console/settings/limits")
    address = begin(client, business, **page.form(f"/openid/{business.id}"))
    asked = parse_qs(urlsplit(address).query)
    assert asked["scope"] == ["openid email profile"]
    assert asked["redirect_uri"] == [f"http://localhost/sign-in/openid/{business.id}/callback"]
    assert len(asked["state"][0]) == len(asked["nonce"][0]) == 43
    assert come_back(client, okta.come_back(address)).location == "/console/settings/limits"
    assert "Limits" in client.get("/console/settings/limits").text
    [held] = sessions_of(database)
    assert (held.side, held.method, held.user_id) == ("console", "oidc", cast.operators["owner"].id)
    assert held.proved_at > clock.now() - timedelta(minutes=1)


def test_who_came_in_how_is_recorded(client, database, business, okta):
    sign_in(client, business, okta)
    [vouched] = acts(database, "sign_in.vouched")
    assert vouched.facts == {"provider": "Okta", "issuer": okta.issuer, "identity": "u-1", "first_time": True}
    [entered] = acts(database, "user.signed_in")
    assert entered.facts["method"] == "oidc"


def test_the_second_time_the_address_does_not_matter(client, database, cast, business, okta, app):
    sign_in(client, business, okta)
    okta.claims = {"sub": "u-1", "email": "viewer@northwind.example", "email_verified": False}
    again = PageClient(app, cast)
    sign_in(again, business, okta)
    assert {row.user_id for row in sessions_of(database)} == {cast.operators["owner"].id}
    with database.reading() as session:
        assert len(list(session.scalars(select(ProviderIdentity)))) == 1


def test_an_address_that_the_token_lacks_is_asked_of_userinfo(client, database, business, okta):
    okta.claims = {"sub": "u-1"}
    okta.userinfo = lambda _: OWNER
    sign_in(client, business, okta)
    assert "/me" in okta.asked
    assert len(sessions_of(database)) == 1


@pytest.mark.parametrize(
    "answer",
    [{**OWNER, "sub": "u-2"}, {"email": OWNER["email"], "email_verified": True}, {**OWNER, "sub": ["u-1"]}],
    ids=["another", "nobody", "a list"],
)
def test_userinfo_that_speaks_of_somebody_else_is_not_believed(client, database, business, okta, answer):
    okta.claims = {"sub": "u-1"}
    okta.userinfo = lambda _: answer
    refused(client, database, sign_in(client, business, okta, status=422), "cannot be trusted")


@pytest.mark.parametrize("answer", ["words", ["list"], None], ids=str)
def test_userinfo_that_is_no_answer_says_nothing(client, database, business, okta, answer):
    okta.claims = {"sub": "u-1"}
    okta.userinfo = lambda _: answer
    refused(client, database, sign_in(client, business, okta, status=422), "did not say your email address")


@pytest.mark.parametrize("kind", range(4), ids=[name for name, _ in keys_of_each_kind()])
def test_each_signature_that_is_accepted(client, database, business, okta, kind):
    algorithm, key = keys_of_each_kind()[kind]
    okta.published = [key.as_dict(private=False)]
    okta.sign = lambda _, claims: signed(claims, key, algorithm)
    sign_in(client, business, okta)
    assert len(sessions_of(database)) == 1


def test_a_new_key_is_fetched_once(client, database, business, okta, app, cast):
    sign_in(client, business, okta)
    _, key = keys_of_each_kind()[0]
    okta.published = [okta.key.as_dict(private=False), key.as_dict(private=False)]
    okta.sign = lambda _, claims: signed(claims, key)
    before = okta.asked.count("/keys")
    sign_in(PageClient(app, cast), business, okta)
    sign_in(PageClient(app, cast), business, okta)
    assert okta.asked.count("/keys") == before + 1
    assert len(sessions_of(database)) == 3


def test_a_token_without_a_key_name_is_tried_with_the_keys_that_fit(client, database, business, okta):
    other = keys_of_each_kind()
    okta.published = [key.as_dict(private=False) for _, key in other] + [okta.key.as_dict(private=False)]
    okta.sign = lambda provider, claims: signed(claims, provider.key, kid=None)
    sign_in(client, business, okta)
    assert len(sessions_of(database)) == 1


def test_a_customers_person_signs_in(client, database, cast, company, entra):
    page = client.follow(client.post("/sign-in", {"email": "Marta@Gruenwald.example", "next": "/account/company"}))
    assert page.h1 == "Continue with Entra"
    fields = page.form(f"/openid/{company.id}")
    assert fields["next"] == "/account/company"
    address = begin(client, company, **fields)
    assert parse_qs(urlsplit(address).query)["login_hint"] == ["Marta@gruenwald.example"]
    assert come_back(client, entra.come_back(address)).location == "/account/company"
    [held] = sessions_of(database)
    assert (held.side, held.method, held.contact_id) == ("portal", "oidc", cast.own_contacts["owner"].id)
    assert client.get("/account/company").h1 == "Company details"


def test_a_contact_who_never_came_before_becomes_a_person(client, database, cast, company, entra):
    with database.writing() as session:
        made = Contact(
            customer_id=cast.own.id,
            email="nils@gruenwald.example",
            email_key="nils@gruenwald.example",
            portal_role="viewer",
            first_name="Nils",
        )
        session.add(made)
    entra.claims = {"sub": "n-1", "email": "Nils@Gruenwald.example", "email_verified": True}
    sign_in(client, company, entra)
    [held] = sessions_of(database)
    assert held.contact_id == made.id
    with database.reading() as session:
        assert users.by_email(session, "nils@gruenwald.example").name == "Nils"


@pytest.mark.parametrize("email", ["marta@gruenwald.example", "nobody@gruenwald.example"])
def test_the_domain_decides_alone_whom_the_provider_is_offered(client, company, mails, email):
    answer = client.post("/sign-in", {"email": email})
    assert answer.location == f"/sign-in/openid/{company.id}"
    assert client.follow(answer).text.replace(email, "") == client.follow(answer).text.replace(email, "")
    assert mails() == 0


def test_a_link_is_sent_all_the_same_to_who_wants_one(client, company, mails):
    page = client.follow(client.post("/sign-in", {"email": "marta@gruenwald.example"}))
    forms = [form for form in page.find_all("form") if form.get("action") == "/sign-in"]
    assert len(forms) == 1
    assert client.post("/sign-in", {"email": "marta@gruenwald.example", "by": "mail"}).location == "/sign-in/sent"
    assert mails() == 1


def test_other_domains_are_sent_a_link(client, company, mails):
    assert client.post("/sign-in", {"email": "nora@nachbar.example"}).location == "/sign-in/sent"


def test_the_sign_in_page_names_the_operators_providers_only(client, business, company):
    text = client.get("/sign-in").text
    assert "Sign in with Okta" in text
    assert "Entra" not in text


def test_a_provider_that_is_off_is_nowhere(client, database, business, company):
    with database.writing() as session:
        for one in session.scalars(select(IdentityProvider)):
            one.enabled = False
    assert "Okta" not in client.get("/sign-in").text
    assert client.post("/sign-in", {"email": "marta@gruenwald.example"}).location == "/sign-in/sent"
    for row in (business, company):
        client.get(f"/sign-in/openid/{row.id}", status=404)
        client.post(f"/sign-in/openid/{row.id}", status=404)
        client.get(f"/sign-in/openid/{row.id}/callback?state=x&code=y", status=404)


def test_a_provider_that_goes_off_meanwhile_lets_nobody_in(client, database, business, okta):
    address = begin(client, business)
    with database.writing() as session:
        session.get_one(IdentityProvider, business.id).enabled = False
    come_back(client, okta.come_back(address), status=404)
    assert sessions_of(database) == []


# Row 35: an address opens nothing by itself.


@pytest.mark.parametrize("verified", [False, "true", "True", 1, None, [True], "yes"], ids=lambda value: repr(value))
@pytest.mark.parametrize("where", ["token", "userinfo"])
def test_an_address_that_is_not_vouched_for_ties_nobody(client, database, business, okta, verified, where):
    claims = {"sub": "evil", "email": OWNER["email"], "email_verified": verified}
    okta.claims = claims if where == "token" else {"sub": "evil"}
    okta.userinfo = lambda _: claims
    refused(client, database, sign_in(client, business, okta, status=422), "does not vouch")


def test_an_address_of_which_nothing_is_said_ties_nobody(client, database, business, okta):
    okta.claims = {"sub": "evil", "email": OWNER["email"]}
    refused(client, database, sign_in(client, business, okta, status=422), "does not vouch")


def test_the_same_address_of_another_account_is_not_the_person(client, database, business, okta, cast, app):
    sign_in(client, business, okta)
    with database.writing() as session:
        for row in session.scalars(select(BrowserSession)):
            row.ended_at = clock.now()
    okta.claims = {**OWNER, "sub": "evil"}
    fresh = PageClient(app, cast)
    refused(fresh, database, sign_in(fresh, business, okta, status=422), "tied to another account")
    [noted] = acts(database, "sign_in.refused")
    assert noted.facts["why"] == "other account"


def test_a_domain_that_the_provider_does_not_speak_for_ties_nobody(client, database, cast, okta, settings):
    row = set_up(database, settings, okta, "other.example")
    refused(client, database, sign_in(client, row, okta, status=422), "does not speak for the domain")
    okta.claims["email"] = "owner@northwind.example@other.example"
    refused(client, database, sign_in(client, row, okta, status=422))
    okta.claims["email"] = "owner@sub.other.example"
    refused(client, database, sign_in(client, row, okta, status=422), "does not speak for the domain")


def test_a_customers_provider_makes_nobody_an_operator(client, database, cast, company, entra):
    with database.writing() as session:  # somebody who is both: an operator, and a contact at the customer
        user = session.get_one(User, cast.own_contacts["owner"].user_id)
        users.invite_operator(session, user.email, "owner", by=cast.operator())
    sign_in(client, company, entra, next="/console/customers")
    assert [row.side for row in sessions_of(database)] == ["portal"]
    assert client.http.get("/console/customers").status_code == 303


def test_a_customers_provider_opens_no_other_customer(client, database, cast, company, entra):
    with database.writing() as session:
        session.add(
            Contact(
                customer_id=cast.neighbour.id,
                email=MARTA["email"],
                email_key=MARTA["email"],
                portal_role="owner",
                user_id=cast.own_contacts["owner"].user_id,
                verified_at=clock.now(),
            )
        )
    assert sign_in(client, company, entra).location == "/account"
    text = client.get("/sign-in/choose").text
    assert "Nachbar" not in text
    with database.reading() as session:
        [there] = [place for place in users.places(session, MARTA["email"]) if place.customer_id == cast.neighbour.id]
    answer = client.post("/sign-in/choose", {"place": there.key})
    assert answer.location.startswith("/sign-in")
    assert {row.contact_id for row in sessions_of(database)} == {cast.own_contacts["owner"].id}


@pytest.mark.parametrize("path", ["password", "authenticator", "passkeys/new", "recovery-codes"])
def test_a_customers_provider_changes_nothing_of_how_the_person_signs_in(client, database, company, entra, path):
    sign_in(client, company, entra)
    page = client.get(f"/account/access/{path}", status=403)
    assert "marta" not in page.location
    assert re.search("show|prove|who you are", page.text, re.IGNORECASE)


def test_people_elsewhere_are_nobody_at_this_customer(client, database, cast, company, entra):
    with database.writing() as session:
        cast_contact = session.get_one(Contact, cast.own_contacts["viewer"].id)
        cast_contact.portal_role = "none"
    entra.claims = {"sub": "v", "email": "vera@gruenwald.example", "email_verified": True}
    refused(client, database, sign_in(client, company, entra, status=422), "has a place here")
    entra.claims = {"sub": "w", "email": "nobody@gruenwald.example", "email_verified": True}
    refused(client, database, sign_in(client, company, entra, status=422), "has a place here")


def test_who_was_let_go_is_not_let_in(client, database, cast, business, okta, app):
    okta.claims = {"sub": "v-1", "email": "viewer@northwind.example", "email_verified": True}
    sign_in(client, business, okta)
    with database.writing() as session:
        users.deactivate(session, session.get_one(User, cast.operators["viewer"].id), by=cast.operator())
    fresh = PageClient(app, cast)
    refused(fresh, database, sign_in(fresh, business, okta, status=422), "has no place here any more")


def test_who_is_no_contact_any_more_is_not_let_in(client, database, cast, company, entra, app):
    entra.claims = {"sub": "v", "email": "vera@gruenwald.example", "email_verified": True}
    sign_in(client, company, entra)
    with database.writing() as session:
        session.get_one(Contact, cast.own_contacts["viewer"].id).removed_at = clock.now()
        for row in session.scalars(select(BrowserSession)):
            row.ended_at = clock.now()
    fresh = PageClient(app, cast)
    refused(fresh, database, sign_in(fresh, company, entra, status=422), "has no place here any more")


def test_a_second_factor_is_asked_for_after_the_provider(client, database, cast, business, okta, app):
    with database.writing() as session:
        secret = app.extensions["vault"].seal("for-tests-only")
        session.add(TotpFactor(user_id=cast.operators["owner"].id, secret=secret, confirmed_at=clock.now()))
    assert sign_in(client, business, okta).location == "/sign-in/second"
    assert sessions_of(database) == []


def test_what_the_browser_held_before_is_over(client, database, business, okta):
    sign_in(client, business, okta)
    sign_in(client, business, okta)
    assert len(sessions_of(database)) == 1


# Tying an account to oneself.


def test_a_signed_in_person_ties_an_account_by_themselves(client, database, cast, business, okta, app):
    okta.claims = {"sub": "private", "email": "somebody@elsewhere.example"}
    finance = client.as_operator("finance")
    page = finance.get("/console/profile/identities")
    address = (
        finance.submit(page, "/console/profile/identities", status=200)
        .find("meta", http_equiv="refresh")
        .get("content")
        .removeprefix("0; url=")
    )
    assert come_back(finance, okta.come_back(address)).location == "/console/profile/identities"
    page = finance.get("/console/profile/identities")
    assert "private" in page.text
    fresh = PageClient(app, cast)
    sign_in(fresh, business, okta)
    assert cast.operators["finance"].id in {row.user_id for row in sessions_of(database) if row.method == "oidc"}
    [tied] = acts(database, "identity.tied")
    assert tied.facts["identity"] == "private"
    finance.submit(finance.get("/console/profile/identities"), "/removal")
    assert "private" not in finance.get("/console/profile/identities").text
    assert len(acts(database, "identity.untied")) == 1


def test_tying_asks_for_fresh_proof(client, database, cast, business):
    finance = client.as_operator("finance")
    with database.writing() as session:
        for row in session.scalars(select(BrowserSession)):
            row.proved_at = clock.now() - timedelta(hours=1)
    page = finance.post("/console/profile/identities", {"provider_id": str(business.id)}, status=403)
    assert not page.find_all("meta", http_equiv="refresh")


def test_somebody_elses_account_is_not_tied(client, database, cast, business, okta):
    sign_in(client, business, okta)
    finance = client.as_operator("finance")
    page = finance.post("/console/profile/identities", {"provider_id": str(business.id)}, status=200)
    address = page.find("meta", http_equiv="refresh").get("content").removeprefix("0; url=")
    page = come_back(finance, okta.come_back(address), status=422)
    assert "somebody else’s" in page.text
    with database.reading() as session:
        assert [row.user_id for row in session.scalars(select(ProviderIdentity))] == [cast.operators["owner"].id]


def test_an_account_is_tied_to_nobody_who_signed_out_meanwhile(client, database, cast, business, okta):
    finance = client.as_operator("finance")
    page = finance.post("/console/profile/identities", {"provider_id": str(business.id)}, status=200)
    address = page.find("meta", http_equiv="refresh").get("content").removeprefix("0; url=")
    finance.http.delete_cookie("portal_console")
    assert "not signed in here" in come_back(finance, okta.come_back(address), status=422).text
    with database.reading() as session:
        assert session.scalars(select(ProviderIdentity)).first() is None


def test_an_account_at_the_providers_of_others_is_not_tied(client, cast, business, company):
    client.as_person("owner").post("/account/access/identities", {"provider_id": str(business.id)}, status=404)
    client.as_person("owner", at="neighbour").post("/account/access/identities", {"provider_id": str(company.id)}, status=404)
    client.as_operator("owner").post("/console/profile/identities", {"provider_id": str(company.id)}, status=404)


def test_switching_a_provider_off_ends_what_it_opened(client, database, cast, company, entra):
    sign_in(client, company, entra)
    with database.writing() as session:
        providers.switch(session, providers.find(session, company.id, cast.own.id), False, by=cast.operator())
    assert sessions_of(database) == []
    assert client.http.get("/account").status_code == 303
