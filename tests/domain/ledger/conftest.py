"""A wallet, and a way to post to it."""

import pytest

from portal.domain import ledger, wallets
from portal.domain.wallets import recording
from portal.model import Wallet
from portal.values import ids
from tests.cast import Cast


@pytest.fixture
def cast(session):
    return Cast.make(session)


@pytest.fixture
def by(cast):
    return cast.operator("finance")


@pytest.fixture
def wallet(session, cast, by) -> Wallet:
    return wallets.open(session, cast.own, "EUR", by=by)


@pytest.fixture
def post(session, wallet, by):
    """Post to the wallet, with the event that belongs to it; the key is new unless one is given."""

    def posting(amount: int, reason: str = "", *, to: Wallet = wallet, **options) -> ledger.Posting:
        options = {"key_scope": "test", "key": str(ids.new_id()), **options}
        reason = reason or ("top_up" if amount > 0 else "service_delivered")
        made = ledger.post(session, to.id, amount, reason=reason, by=by, **options)
        if not made.replayed:
            recording.record(session, "wallet.adjusted", to, made.entry, recording.Texts(), reason=reason, by=by)
        return made

    return posting
