"""The whole ledger against a small model: whatever is done in whatever order, both say the same, and the books are whole.

Forty stories of twenty-five steps on each database; `python -m tests.soak machine` tells more.
"""

from datetime import timedelta

from hypothesis.stateful import initialize
from sqlalchemy import select

from portal.domain import actors, ledger, wallets
from portal.domain.errors import Refusal
from portal.domain.ledger import transferring
from portal.domain.wallets import recording
from portal.model import CreditGrant
from portal.values import clock
from tests.cast import Cast
from tests.domain.ledger.machine import Ended, Machine, Refused, play

WORKER = actors.system("worker")


class Straight(Machine):
    """Into the domain, in one transaction for all stories, each undone at its end."""

    def __init__(self):
        super().__init__()
        self.savepoint = self.session.begin_nested()

    @initialize()
    def open(self):
        self.open_books(self.session, Cast.make(self.session))

    def teardown(self):
        self.savepoint.rollback()

    def act(self, work):
        """Do something at the machine's time; give what came of it, or the refusal."""
        with clock.frozen(self.now):
            try:
                return work()
            except Refusal as refusal:
                return Refused(lambda kind, refusal=refusal: isinstance(refusal, kind))

    def ends_in(self, days):
        return self.now + timedelta(days=days)

    def adjusted(self, book, key, amount, **options):
        reason = "top_up" if amount > 0 else "correction"
        return self.act(lambda: wallets.adjust(self.session, book.row, amount, reason=reason, key=key, by=self.by, **options))

    def adjusted_again(self, book, key, amount, first, **options):
        return self.adjusted(book, key, amount, **options) is first

    def plan_of_reversal(self, book, row):
        return self.act(lambda: wallets.reversal_plan(self.session, book.row, row))

    def reversed(self, book, row, key):
        return self.act(lambda: wallets.reverse(self.session, book.row, row, key=key, by=self.by))

    def revoked(self, book, grant, key):
        return self.act(lambda: wallets.revoke(self.session, book.row, grant, key=key, by=self.by))

    def transferred(self, source, target, key, amount):
        made = self.act(lambda: wallets.transfer(self.session, source.row, target.row, amount, key=key, by=self.by))
        if isinstance(made, Refused):
            return made
        out, arrived = made
        came = transferring.arrived(self.session, out)
        assert arrived is came[-1]
        return out, came

    def transferred_again(self, source, target, key, amount, first):
        return self.transferred(source, target, key, amount) == first

    def turned(self, book, status):
        made = self.act(lambda: wallets.set_status(self.session, book.row, status, reason="Tried", by=self.by))
        return made if isinstance(made, Refused) else None

    def expired(self):
        found = []
        books = {book.row.id: book for book in self.books}
        for grant in self.session.scalars(select(CreditGrant).where(CreditGrant.expires_at.is_not(None))).all():
            wallet, granted, ends = books[grant.wallet_id].row, grant.entry_id, grant.expires_at
            made = self.act(lambda grant=grant: ledger.expire(self.session, grant.id, at=self.now, by=WORKER))
            if made is not None and not isinstance(made, Refused):
                recording.record(self.session, "wallet.credit_expired", wallet, made, recording.Texts(), reason="expiry", by=WORKER)
                found.append(Ended(granted, ends, made))
        return found


def test_the_ledger_and_a_small_model_say_the_same(session):
    play(type("Here", (Straight,), {"session": session}), stories=40, steps=25)
