"""Setting providers up: for operators, for a customer by an operator, by a customer's owner."""

import pytest
from sqlalchemy import select

from portal.model import Contact, IdentityProvider, ProviderDomain
from tests.openid_provider import CLIENT_ID, CLIENT_SECRET, Provider
from tests.page_client import fields
from tests.web.sign_in.openid_steps import acts, set_up, sign_in

OPERATORS = "/console/settings/providers"
OWN = "/account/company/providers"


@pytest.fixture
def okta():
    made = Provider(claims={"sub": "u-1", "email": "owner@northwind.example", "email_verified": True})
    yield made
    if made.thread.is_alive():
        made.stop()


@pytest.fixture
def typed(okta):
    return {
        "name": "Okta",
        "issuer": f"{okta.issuer}/.well-known/openid-configuration",
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
        "domains": "northwind.example\nNorthwind.EXAMPLE, mail.northwind.example",
    }


def only(database) -> IdentityProvider:
    with database.reading() as session:
        return session.scalars(select(IdentityProvider)).one()


def save(client, page, path: str, changes: dict, **options):
    """Send the form of the page itself, not one of its buttons."""
    form = next(form for form in page.find_all("form") if form.get("action") == path)
    return client.post(path, fields(form) | changes, **options)


def domains(database) -> list[str]:
    with database.reading() as session:
        return list(session.scalars(select(ProviderDomain.domain).order_by(ProviderDomain.domain)))


def test_an_owner_sets_one_up_checks_it_and_switches_it_on(client, database, app, okta, typed):
    owner = client.as_operator("owner")
    page = owner.get(f"{OPERATORS}/new")
    callback = page.find("input", id="callback").get("value")
    page = owner.follow(owner.submit(page, OPERATORS, typed))
    assert page.find("input", id="callback").get("value") == callback
    assert CLIENT_SECRET not in page.body
    made = only(database)
    assert callback == f"http://localhost/sign-in/openid/{made.id}/callback"
    assert (made.issuer, made.enabled, made.customer_id) == (okta.issuer, False, None)
    assert app.extensions["vault"].open(made.client_secret) == CLIENT_SECRET
    assert domains(database) == ["mail.northwind.example", "northwind.example"]
    assert "answers as it should" in owner.follow(owner.submit(page, "/checks")).text
    assert "Okta is on" in owner.follow(owner.submit(page, "/switch", {"wanted": "on"})).text
    assert sign_in(client, made, okta).location == "/console"
    assert [act.action for act in acts(database, "provider.added")] == ["provider.added"]
    assert "1" in owner.get(OPERATORS).text
    page = owner.get(f"{OPERATORS}/{made.id}/removal")
    assert "1 person signs in with it" in page.text
    owner.submit(page, "/removal")
    assert client.http.get("/console").headers["Location"].startswith("/sign-in")
    assert "No provider yet" in owner.get(OPERATORS).text
    text = owner.get("/console/settings/providers/new").text
    assert "Callback address" in text


def test_one_that_does_not_answer_stays_off(client, database, okta, typed):
    owner = client.as_operator("owner")
    page = owner.follow(owner.post(OPERATORS, typed))
    okta.stop()
    page = owner.submit(page, "/switch", {"wanted": "on"}, status=422)
    assert "did not answer" in page.text
    assert "stays off" in page.text
    assert not only(database).enabled


def test_one_that_calls_itself_otherwise_says_how_to_write_it(client, okta, typed):
    okta.metadata = {"issuer": okta.issuer + "/"}
    owner = client.as_operator("owner")
    page = owner.follow(owner.post(OPERATORS, typed))
    page = owner.submit(page, "/checks", status=422)
    assert f"calls itself {okta.issuer}/: write the issuer exactly so" in page.text


@pytest.mark.parametrize(
    ("field", "text", "said"),
    [
        ("name", "", "name is missing"),
        ("issuer", "", "issuer is missing"),
        ("issuer", "http://login.example.com", "begins with https://"),
        ("issuer", "https://10.0.0.1", "private network"),
        ("client_id", "", "client ID is missing"),
        ("domains", "not a domain", "is no domain"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(client, database, typed, field, text, said):
    page = client.as_operator("owner").post(OPERATORS, typed | {field: text}, status=422)
    assert said in page.text
    assert page.form(OPERATORS)["name"] == (typed["name"] if field != "name" else "")
    assert CLIENT_SECRET not in page.body
    assert domains(database) == []


def test_the_secret_stays_unless_another_is_written(client, database, app, typed):
    owner = client.as_operator("owner")
    page = owner.follow(owner.post(OPERATORS, typed))
    path = f"{OPERATORS}/{only(database).id}"
    page = owner.follow(save(owner, page, path, {"name": "Okta 2", "client_secret": ""}))
    assert page.h1 == "Okta 2"
    assert app.extensions["vault"].open(only(database).client_secret) == CLIENT_SECRET
    save(owner, page, path, {"no_secret": "y"})
    assert only(database).client_secret == ""
    assert acts(database, "provider.changed")[-1].changes["client_secret"] == [None, "none"]


def test_another_issuer_is_another_provider(client, database, settings, cast, okta):
    row = set_up(database, settings, okta, "northwind.example")
    sign_in(client, row, okta)
    owner = client.as_operator("owner")
    page = owner.get(f"{OPERATORS}/{row.id}/edit")
    assert "off: another issuer" in owner.follow(save(owner, page, f"{OPERATORS}/{row.id}", {"issuer": "https://login.example.com"})).text
    assert not only(database).enabled
    assert client.http.get("/console/customers").headers["Location"].startswith("/sign-in")
    assert "0" in owner.get(OPERATORS).text


def test_a_domain_has_one_provider(client, database, settings, cast, okta, typed):
    set_up(database, settings, okta, "northwind.example", name="First")
    page = client.as_operator("owner").post(OPERATORS, typed, status=422)
    assert "Another provider speaks for northwind.example already" in page.text


@pytest.mark.parametrize("role", ["manager", "finance", "support", "viewer"])
def test_only_owners_choose_who_vouches_for_operators(client, typed, role):
    client.as_operator(role).post(OPERATORS, typed, status=403)


def test_an_operator_sets_one_up_for_a_customer(client, database, cast, typed):
    manager = client.as_operator("manager")
    path = f"/console/customers/{cast.own.id}/providers"
    assert "Single sign-on" in manager.get(f"/console/customers/{cast.own.id}").text
    page = manager.submit(manager.get(f"{path}/new"), path, typed | {"domains": "gmail.com"}, status=422)
    assert "Anybody can have an address at gmail.com" in page.text
    page = manager.post(path, typed, status=422)
    assert "in use elsewhere" in page.text  # operators have addresses at northwind.example
    manager.post(path, typed | {"domains": "gruenwald.example gruenwald.test"})
    assert only(database).customer_id == cast.own.id
    manager.get(f"/console/customers/{cast.neighbour.id}/providers/{only(database).id}/edit", status=404)
    client.as_operator("owner").get(f"{OPERATORS}/{only(database).id}/edit", status=404)


def test_a_customers_owner_sets_one_up_for_their_own_domain(client, database, cast, typed):
    marta = client.as_person("owner")
    assert "Single sign-on" in marta.get("/account/company").text
    page = marta.submit(marta.get(f"{OWN}/new"), OWN, typed | {"domains": "nachbar.example"}, status=422)
    assert "You can name gruenwald.example yourself" in page.text
    page = marta.follow(marta.post(OWN, typed | {"domains": "gruenwald.example"}))
    assert only(database).customer_id == cast.own.id
    assert "gruenwald.example" in marta.get(OWN).text
    marta.get(f"{OWN}/{only(database).id}/removal")
    assert "added" in marta.get("/account/activity").text


def test_an_owner_does_not_speak_for_people_of_another_customer(client, database, cast, typed):
    with database.writing() as session:
        session.add(Contact(customer_id=cast.neighbour.id, email="sub@gruenwald.example", email_key="sub@gruenwald.example"))
    page = client.as_person("owner").post(OWN, typed | {"domains": "gruenwald.example"}, status=422)
    assert "in use elsewhere" in page.text


def test_an_owner_with_a_public_address_speaks_for_nobody(client, database, cast, typed):
    with database.writing() as session:
        user = session.get_one(type(cast.operators["owner"]), cast.own_contacts["owner"].user_id)
        user.email = user.email_key = "marta@gmail.com"
    page = client.as_person("owner").post(OWN, typed | {"domains": "gmail.com"}, status=422)
    assert "Anybody can have an address" in page.text


@pytest.mark.parametrize("role", ["billing_manager", "viewer"])
def test_only_a_customers_owner_sets_one_up(client, typed, role):
    somebody = client.as_person(role)
    somebody.get(OWN, status=403)
    somebody.post(OWN, typed, status=403)
    assert "Single sign-on" not in somebody.get("/account/company").text


def test_a_neighbour_neither_sees_nor_changes_it(client, database, settings, cast, okta):
    row = set_up(database, settings, okta, "gruenwald.example", customer_id=cast.own.id)
    nora = client.as_person("owner", at="neighbour")
    assert "No provider yet" in nora.get(OWN).text
    nora.get(f"{OWN}/{row.id}/edit", status=404)
    for act in ("", "/checks", "/switch", "/removal"):
        nora.post(f"{OWN}/{row.id}{act}", {"wanted": "off", "name": "x", "issuer": okta.issuer, "client_id": "x"}, status=404)
    assert only(database).enabled
