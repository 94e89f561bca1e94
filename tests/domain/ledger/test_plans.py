"""How the databases find what is left: by the indexes made for it, however much credit was used up before.

The statements are explained as they are sent, over one wallet with a thousand grants that are used up, and a thousand that are not.
"""

from datetime import timedelta
from itertools import islice, product
from string import ascii_uppercase

import pytest
from sqlalchemy import insert

from portal.domain import attention, overview, viewing, wallets
from portal.domain.ledger.statements import GRANTS_LEFT
from portal.domain.wallets import alerts, announcing, expiring, forecast
from portal.model import CreditGrant, JournalEntry, Wallet, WalletEntry
from portal.values import clock, ids
from tests import plans

USED_UP, LEFT, WALLETS = 1_000, 1_000, 1_000
TABLES = "(credit_grant|wallet|browser_session)"


@pytest.fixture
def full(session, wallet, cast) -> Wallet:
    """A wallet of many grants among many wallets; nobody asks whether its books are right."""
    now = clock.now()
    journals, entries, grants = [], [], []
    for number in range(1, USED_UP + LEFT + 1):
        journal, entry, at = ids.new_id(), ids.new_id(), now - timedelta(days=400) + timedelta(minutes=number)
        said = {"customer_id": cast.own.id, "reason": "top_up", "key_scope": "test", "key": str(number), "request_hash": bytes(32)}
        journals.append(said | {"id": journal, "actor_kind": "system", "origin": "cli", "posted_at": at})
        entries.append(
            {"id": entry, "wallet_id": wallet.id, "journal_entry_id": journal, "seq": number, "amount": 100, "balance_after": 100}
            | {"posted_at": at, "prev_hash": bytes(32), "hash": bytes(32)}
        )
        left = number > USED_UP
        grants.append(
            {"id": ids.new_id(), "wallet_id": wallet.id, "entry_id": entry, "seq": number, "kind": "paid", "priority": 50, "amount": 100}
            | {"remaining": 100 if left else 0, "emptied_seq": None if left else number, "granted_at": at}
            | {"expires_at": now + timedelta(days=number % 20) if number % 2 else None}
        )
    others = [{"customer_id": cast.own.id, "currency": "".join(code)} for code in islice(product(ascii_uppercase, repeat=3), WALLETS)]
    for model, rows in ((JournalEntry, journals), (WalletEntry, entries), (CreditGrant, grants), (Wallet, others)):
        session.execute(insert(model), rows)
    wallet.balance, wallet.seq = 100 * LEFT, USED_UP + LEFT
    plans.ready(session, "credit_grant", "wallet")
    return wallet


def explained(session, work) -> str:
    """Give the plans of all that a piece of work sends to the tables of credit, wallets and sessions."""
    return plans.explained(session, TABLES, work)


def test_a_spend_reads_what_is_left_in_the_order_of_spending_without_sorting(session, full):
    plan = explained(session, lambda: session.connection().execute(GRANTS_LEFT.statement, {"wallet_id": full.id, "at_most": 4}).all())
    assert "ix_credit_grant_spending" in plan
    assert "Sort" not in plan
    assert "TEMP B-TREE" not in plan


def test_what_a_balance_is_made_of_is_read_in_that_order_too(session, full):
    plan = explained(session, lambda: wallets.composition(session, full))
    assert "ix_credit_grant_spending" in plan
    assert "Sort" not in plan
    assert "TEMP B-TREE" not in plan


def test_a_forecast_reads_what_is_left_in_that_order_too(session, full):
    plan = explained(session, lambda: forecast.of_wallet(session, full, now=clock.now()))
    assert "ix_credit_grant_spending" in plan


LOOKS = {
    "what ends soon": lambda session, wallet: expiring.ahead(session, wallet, until=clock.now() + timedelta(days=30)),
    "what needs attention": lambda session, wallet: attention.matters(session, wallet.customer_id, [wallet]),
    "the head of a customer": lambda session, wallet: overview.head(session, wallet.customer_id),
    "what is due": lambda session, wallet: expiring.due(session, clock.now(), limit=200),
    "what is to be announced": lambda session, wallet: announcing.announce(session, wallet.id, now=clock.now()),
}


@pytest.mark.parametrize("look", LOOKS)
def test_what_ends_is_found_among_what_is_left(session, full, look):
    plan = explained(session, lambda: LOOKS[look](session, full))
    assert any(f"ix_credit_grant_{name}" in plan for name in ("ending", "expiry", "spending"))
    assert "SCAN credit_grant" not in plan.replace("SCAN credit_grant USING", "")


def test_the_worker_finds_wallets_that_fell_or_rose_without_reading_the_others(session, full):
    assert "ix_wallet_fallen" in explained(session, lambda: alerts.fallen(session, limit=200))
    assert "ix_wallet_risen" in explained(session, lambda: alerts.has_risen(session))
    assert "ix_wallet_risen" in explained(session, lambda: alerts.clear(session))


def test_the_visits_of_a_customer_are_found_by_customer(session, full):
    assert "ix_browser_session_view" in explained(session, lambda: viewing.of_customer(session, full.customer_id))
