"""A wallet in the portal: what it holds and why, now and at any moment, for the customer's own people only."""

from datetime import timedelta

import pytest

from portal.domain import ledger, wallets
from portal.model import Wallet
from portal.values import clock, ids


@pytest.fixture
def wallet(database, cast) -> Wallet:
    """Opening balance, top-up, a settled invoice, a gift that ends."""
    by = cast.operator()
    with database.writing() as session:
        made = wallets.open(session, cast.own, "EUR", by=by)
        wallets.adjust(session, made, 48_760, reason="import", key="a", customer_text="Carried over from your old account", by=by)
        wallets.adjust(session, made, 250_000, reason="top_up", key="b", reference="GJP 8812", note="Hush", by=by)
        wallets.adjust(session, made, -130_725, reason="invoice_settlement", key="c", reference="INV-1107", by=by)
        wallets.adjust(session, made, 2_500, reason="goodwill", key="d", expires_at=clock.now() + timedelta(days=90), by=by)
    return made


@pytest.mark.parametrize("role", ["owner", "billing_manager", "viewer"])
def test_the_balance_unfolds_into_its_stories(client, wallet, role):
    page = client.as_person(role).get(f"/account/wallets/{wallet.id}")
    assert page.h1 == "Your store credit in EUR"
    for words in (
        "1,705.35 EUR",
        "Why this amount?",
        "1,680.35 left",
        "Spent first: it ends on",
        "Spent last: it has no end.",
        "GJP 8812",
        "+2,500.00",
        "−819.65",
        "Together",
        "Used up",
        "Carried over from your old account",
        "−487.60",
    ):
        assert words in page.text
    assert "Hush" not in page.text


def test_entries_show_before_and_after_but_not_who(client, wallet):
    page = client.as_person().get(f"/account/wallets/{wallet.id}")
    for words in ("Invoice settlement", "INV-1107", "2,987.60", "−1,307.25", "1,680.35"):
        assert words in page.text
    assert "Owner Operator" not in page.text


def test_entries_are_paged_and_htmx_gets_the_fragment(client, wallet, database, cast):
    with database.writing() as session:
        for n in range(40):
            ledger.post(session, wallet.id, 100 + n, reason="goodwill", key_scope="test", key=str(n), by=cast.operator())
    person = client.as_person("viewer")
    page = person.get(f"/account/wallets/{wallet.id}")
    older = next(link.get("href") for link in page.find_all("a", rel="next"))
    part = person.get(older, htmx=True)
    assert "Opening balance" in part.text
    assert not part.find_all("h1")
    assert "Further credit" in page.text
    assert "No entries before this one." in person.get(f"/account/wallets/{wallet.id}?before=0").text


def test_an_empty_wallet_says_what_will_be_here(client, database, cast):
    with database.writing() as session:
        empty = wallets.open(session, cast.own, "EUR", by=cast.operator())
    page = client.as_person().get(f"/account/wallets/{empty.id}")
    assert "Nothing has been added yet." in page.text
    assert "No entries yet." in page.text


def test_a_wallet_below_zero_says_what_comes_first(client, database, cast):
    by = cast.operator()
    with database.writing() as session:
        owing = wallets.open(session, cast.own, "USD", by=by)
        wallets.set_floor(session, owing, -50_000, by=by)
        wallets.adjust(session, owing, -12_050, reason="service_delivered", key="a", by=by)
    assert "New credit makes it good first." in client.as_person().get(f"/account/wallets/{owing.id}").text
    with database.writing() as session:
        wallets.adjust(session, session.get_one(Wallet, owing.id), 20_000, reason="top_up", key="b", by=by)
    assert "Made good what was below zero" in client.as_person().get(f"/account/wallets/{owing.id}").text


def test_a_frozen_wallet_says_so_without_the_operators_reason(client, wallet, database, cast):
    with database.writing() as session:
        wallets.set_status(session, session.get_one(Wallet, wallet.id), "frozen", reason="Suspicious", by=cast.operator())
    page = client.as_person().get(f"/account/wallets/{wallet.id}")
    assert "This wallet is frozen: nothing can be added or spent." in page.text
    assert "Suspicious" not in page.text


def test_a_neighbour_finds_nothing(client, wallet):
    client.as_person(at="neighbour").get(f"/account/wallets/{wallet.id}", status=404)


def test_an_unknown_wallet_is_not_found(client):
    person = client.as_person()
    person.get(f"/account/wallets/{ids.new_id()}", status=404)
    person.get("/account/wallets/nonsense", status=404)


def test_nothing_can_be_posted_here(client, wallet):
    client.as_person().post(f"/account/wallets/{wallet.id}", {"amount": "100"}, status=405)


def test_signed_out_one_is_asked_to_sign_in_and_led_back(client, wallet):
    assert "next=" in client.get(f"/account/wallets/{wallet.id}", status=303).location
