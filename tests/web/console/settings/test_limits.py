"""Limits: how much each role moves alone, set and removed by those who may."""

import pytest

from portal.domain import actors, approvals, roles, users, wallets
from portal.model import Customer, User, Wallet, WalletRequest

HERE = "/console/settings/limits"


def limits(database) -> dict:
    with database.reading() as session:
        return approvals.limits(session)


def test_without_limits_the_page_says_so(client):
    page = client.as_operator("support").get(HERE)
    assert "No limits yet." in page.text
    assert not page.find_all("form", action=HERE)


def test_a_limit_is_set_replaced_and_removed(client, database):
    manager = client.as_operator("manager")
    set_ = manager.submit(manager.get(HERE), HERE, {"role": "finance", "currency": "KWD", "amount": "500.500"})
    page = manager.follow(set_)
    assert "Finance moves up to 500.500 KWD alone." in page.text
    assert limits(database) == {("finance", "KWD"): 500_500}
    manager.post(HERE, {"role": "finance", "currency": "KWD", "amount": "0"})
    assert limits(database) == {("finance", "KWD"): 0}
    removed = manager.follow(manager.submit(manager.get(HERE), "/removal"))
    assert "Finance moves any amount in KWD alone." in removed.text
    assert limits(database) == {}


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("role", "", "A role is missing."),
        ("role", "viewer", "is not one of the choices"),
        ("currency", "", "A currency is missing"),
        ("currency", "DEM", "no longer in use"),
        ("amount", "", "A limit is missing"),
        ("amount", "-1", "A limit is 0 or more."),
        ("amount", "1.005", "EUR has two decimals"),
        ("amount", "NaN", "is not an amount"),
        ("amount", "1e400", "is not an amount"),
        ("amount", "9" * 400, "beyond what a wallet holds"),
    ],
)
def test_bad_limits_are_named_at_their_field(client, database, field, typed, sentence):
    manager = client.as_operator("manager")
    sent = {"role": "finance", "currency": "EUR", "amount": "500", field: typed}
    page = manager.submit(manager.get(HERE), HERE, sent, status=422)
    assert sentence in page.text
    assert page.form(HERE)[field] == typed
    assert limits(database) == {}


@pytest.mark.parametrize("role", ["finance", "support"])
def test_those_who_may_only_read_set_nothing(client, database, role):
    reader = client.as_operator(role)
    reader.get(HERE)
    reader.post(HERE, {"role": "finance", "currency": "EUR", "amount": "1"}, status=403)
    reader.post(f"{HERE}/removal", {"role": "finance", "currency": "EUR"}, status=403)
    assert limits(database) == {}


def test_a_viewer_finds_no_settings(client):
    client.as_operator("viewer").get(HERE, status=403)


def test_removing_what_is_no_limit_changes_nothing(client, database):
    manager = client.as_operator("manager")
    manager.post(f"{HERE}/removal", {"role": "viewer", "currency": "EUR"}, status=422)
    manager.post(f"{HERE}/removal", {"role": "finance", "currency": "nonsense"}, status=422)
    manager.post(f"{HERE}/removal", {"role": "finance", "currency": "EUR"})
    manager.get(f"{HERE}/removal", status=405)


def test_htmx_gets_the_table(client):
    part = client.as_operator("manager").get(HERE, htmx=True)
    assert "No limits yet." in part.text
    assert not part.find_all("h1")


def test_the_settings_name_the_limits(client):
    page = client.as_operator("manager").get(HERE)
    assert [link.get("href") for link in page.find_all("a") if link.get("aria-current") == "page"][-1] == HERE


def test_a_role_made_here_has_a_column_and_a_limit_that_its_holders_meet(client, cast, database):
    with database.writing() as session:
        role = roles.define(session, "Refund desk", ["wallet.adjust"], by=actors.system("cli")).key
        users.change_role(session, session.get_one(User, cast.operators["support"].id), role, by=actors.system("cli"))
        wallet = wallets.open(session, session.get_one(Customer, cast.own.id), "EUR", by=actors.system("cli")).id
    manager = client.as_operator("manager")
    page = manager.follow(manager.submit(manager.get(HERE), HERE, {"role": role, "currency": "EUR", "amount": "50"}))
    assert "Refund desk moves up to 50.00 EUR alone." in page.text
    assert "Refund desk" in [" ".join("".join(head.itertext()).split()) for head in page.find_all("th", scope="col")]
    assert "changed how much Refund desk moves alone in EUR" in manager.get("/console/activity").text
    clerk, place = client.as_operator("support"), f"/console/customers/{cast.own.id}/wallets/{wallet}/entries"
    sent = {"direction": "add", "amount": "50.01", "reason": "top_up"}
    asked = clerk.submit(clerk.get(f"{place}/new"), place, sent)
    with database.reading() as session:
        assert session.get_one(Wallet, wallet).balance == 0
        assert [request.amount for request in session.query(WalletRequest)] == [5_001]
    assert "Nothing has moved yet: a second operator approves it first." in clerk.follow(asked).text


def test_a_limit_of_a_role_that_has_ended_is_shown_no_more(client, database):
    with database.writing() as session:
        role = roles.define(session, "Refund desk", ["wallet.adjust"], by=actors.system("cli"))
        approvals.set_limit(session, role.key, "EUR", 5_000, by=actors.system("cli"))
        roles.end(session, role, by=actors.system("cli"))
    page = client.as_operator("manager").get(HERE)
    assert "No limits yet." in page.text
    assert "Refund desk" not in page.text
