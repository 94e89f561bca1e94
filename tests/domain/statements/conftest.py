"""A wallet with a history of three months."""

from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from portal.domain import ledger, wallets
from portal.model import Customer, Wallet
from portal.values import clock

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
KEYS = count(1)


@pytest.fixture(autouse=True)
def today():
    """The tests happen the day after."""
    with clock.frozen(NOW + timedelta(days=1)) as at:
        yield at


@pytest.fixture
def post(session, cast):
    """Post to a wallet at a moment: post(wallet, at, amount, **more)."""

    def post_at(wallet: Wallet, at: datetime, amount: int, *, reason: str = "", **more):
        reason = reason or ("top_up" if amount > 0 else "service_delivered")
        with clock.frozen(at):
            posting = ledger.post(
                session, wallet.id, amount, reason=reason, key_scope="test", key=str(next(KEYS)), by=cast.operator(), **more
            )
        session.refresh(wallet)
        return posting.entry

    return post_at


@pytest.fixture
def wallet(session, cast) -> Wallet:
    """A wallet in euro, opened in August 2026."""
    with clock.frozen(NOW - timedelta(days=100)):
        return wallets.open(session, session.get_one(Customer, cast.own.id), "EUR", by=cast.operator())


@pytest.fixture
def october() -> tuple[datetime, datetime]:
    """October 2026 in Berlin, whose clocks were put back in it."""
    return datetime(2026, 9, 30, 22, tzinfo=UTC), datetime(2026, 10, 31, 23, tzinfo=UTC)


@pytest.fixture
def history(wallet, post) -> Wallet:
    """Two entries before October, three in it, one after it."""
    for day, amount, text in (
        (datetime(2026, 9, 1, 12, tzinfo=UTC), 110_000, "Bank transfer"),
        (datetime(2026, 9, 30, 21, 59, 59, tzinfo=UTC), -10_000, "The last of September"),
        (datetime(2026, 9, 30, 22, 0, 0, tzinfo=UTC), 250_000, "The first of October"),
        (datetime(2026, 10, 14, 12, tzinfo=UTC), -61_240, "INV-2026-0988"),
        (datetime(2026, 10, 31, 22, 59, 59, tzinfo=UTC), -130_725, "The last of October"),
        (datetime(2026, 10, 31, 23, 0, 0, tzinfo=UTC), 254_961, "The first of November"),
    ):
        post(wallet, day, amount, customer_text=text, note="Hush")
    return wallet
