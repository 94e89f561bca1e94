"""The portal's home: the balance as the hero, what it is made of, and what needs attention only when something does."""

from datetime import timedelta

import pytest

from portal.domain import wallets
from portal.model import Contact, Wallet
from portal.values import clock


@pytest.fixture
def wallet(database, cast) -> Wallet:
    with database.writing() as session:
        made = wallets.open(session, cast.own, "EUR", by=cast.operator())
        wallets.adjust(session, made, 250_000, reason="top_up", key="a", by=cast.operator())
        wallets.adjust(session, made, -81_965, reason="invoice_settlement", key="b", reference="INV-1107", note="Hush", by=cast.operator())
    return made


def test_a_customer_without_credit_is_told_what_will_be_here(client):
    page = client.as_person().get("/account")
    assert page.h1 == "Your store credit with Northwind"
    assert "There is no store credit yet." in page.text
    assert "Needs your attention" not in page.text
    assert "Latest entries" not in page.text


def test_a_wallet_without_entries_says_so(client, database, cast):
    with database.writing() as session:
        wallets.open(session, cast.own, "EUR", by=cast.operator())
    page = client.as_person().get("/account")
    assert "0.00 EUR" in page.text
    assert "Nothing has been added yet." in page.text


@pytest.mark.parametrize("role", ["owner", "billing_manager", "viewer"])
def test_everybody_at_the_customer_sees_the_balance_and_how_it_came_about(client, wallet, role):
    page = client.as_person(role).get("/account")
    assert "1,680.35 EUR" in page.text
    assert "What is left of 2,500.00" in page.text
    assert "−819.65" in page.text
    assert "INV-1107" in page.text
    assert page.find_all("a", href=f"/account/wallets/{wallet.id}")
    assert "Hush" not in page.text


def test_a_neighbour_sees_nothing_of_it(client, wallet):
    page = client.as_person(at="neighbour").get("/account")
    assert "1,680.35" not in page.text
    assert "There is no store credit yet." in page.text


def test_other_wallets_stand_beside_it(client, wallet, database, cast):
    with database.writing() as session:
        yen = wallets.open(session, cast.own, "JPY", name="Tokyo office", by=cast.operator())
        wallets.adjust(session, yen, 283_937, reason="top_up", key="c", by=cast.operator())
    page = client.as_person().get("/account")
    assert "Tokyo office" in page.text
    assert "283,937 JPY" in page.text


def test_gifts_and_paid_credit_are_told_apart_by_a_scale(client, wallet, database, cast):
    assert not client.as_person().get("/account").find_all("figure", class_="scale")
    with database.writing() as session:
        ends = clock.now() + timedelta(days=90)
        kept = session.get_one(Wallet, wallet.id)
        wallets.adjust(session, kept, 2_500, reason="goodwill", key="c", expires_at=ends, by=cast.operator())
    page = client.as_person().get("/account")
    assert page.find("figure", class_="scale")
    assert "It is spent first." in page.text


def test_what_needs_attention_comes_with_a_way_on(client, wallet, database, cast):
    with database.writing() as session:
        kept = session.get_one(Wallet, wallet.id)
        ends = clock.now() + timedelta(days=10)
        wallets.adjust(session, kept, 2_500, reason="goodwill", key="c", expires_at=ends, by=cast.operator())
        owing = wallets.open(session, cast.own, "USD", name="US pilot", by=cast.operator())
        wallets.set_floor(session, owing, -1_000, by=cast.operator())
        wallets.adjust(session, owing, -600, reason="correction", key="d", by=cast.operator())
        frozen = wallets.open(session, cast.own, "JPY", by=cast.operator())
        wallets.set_status(session, frozen, "frozen", reason="Not for customers", by=cast.operator())
        session.get_one(Contact, cast.own_contacts["viewer"].id).bounce_state = "hard"
        kept.low_balance = 900_000
    page = client.as_person().get("/account")
    for words in (
        "Needs your attention",
        "25.00 EUR of your credit ends on",
        "“US pilot” is below zero, by 6.00 USD",
        "Your store credit in JPY is frozen",
        "Your store credit is below 9,000.00 EUR",
        "Mail to Vera comes back",
    ):
        assert words in page.text
    assert "Not for customers" not in page.text


def test_spent_credit_is_said_to_be_spent(client, wallet, database, cast):
    with database.writing() as session:
        wallets.adjust(session, session.get_one(Wallet, wallet.id), -168_035, reason="correction", key="c", by=cast.operator())
    assert "All of it is spent." in client.as_person().get("/account").text


def test_signed_out_one_is_asked_to_sign_in(client):
    assert "/sign-in" in client.get("/account", status=303).location


def test_an_operator_is_no_customer(client):
    assert client.as_operator().http.get("/account").status_code == 303
