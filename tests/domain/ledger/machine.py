"""A machine that does whatever can be done to wallets, and holds the books against a small model.

What is done goes through one of two doors: straight into the domain, or as an operator in the console. Each door is a
subclass with the methods below `Machine`'s rules.

Two wallets have a floor of zero: of them the model knows every grant. Two may be overdrawn: of them it knows balances, and
that what is left of the grants is the balance, or nothing.
"""

import os
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain import ledger, wallets
from portal.domain.wallets.keeping import NotThisWay, WalletNotEmpty
from portal.model import CreditGrant, WalletEntry
from tests import factories
from tests.cast import Cast
from tests.domain.ledger.model import Book

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
FLOOR = -300

which = st.integers(0, 3)
sizes = st.integers(1, 200)
picks = st.integers(0, 10**6)


class Refused(NamedTuple):
    """What a door answers when nothing was posted: whether it was for this reason (a class of refusals) can be asked."""

    because: "object"

    def of(self, kind: type) -> bool:
        return self.because(kind)


class Ended(NamedTuple):
    """Credit whose day was over: which entry had added it, when it ended, and the entry that took it."""

    granted: UUID
    ends: datetime
    made: WalletEntry


class Machine(RuleBasedStateMachine):
    """The rules. A door gives `session`, to read with, and the acts; it keeps the clock at `now` while it acts."""

    session: Session

    def __init__(self):
        super().__init__()
        self.now, self.number = NOON, 0
        self.entries, self.done = [], []

    def open_books(self, session: Session, cast: Cast) -> None:
        """Open two wallets in one family that stop at zero, and two in another currency that may be overdrawn."""
        self.by = cast.operator("finance")
        child = factories.customer(session, cast.entity, name="Tochter AG")
        child.parent_id, cast.neighbour.parent_id = cast.own.id, cast.own.id
        cast.own.communications = False
        self.books = []
        pairs = ((cast.own, child, "EUR", 0), (cast.own, cast.neighbour, "KWD", FLOOR))
        for customer, currency, floor in ((one, *rest) for first, second, *rest in pairs for one in (first, second)):
            row = wallets.open(session, customer, currency, by=self.by)
            if floor:
                wallets.set_floor(session, row, floor, by=self.by)
            self.books.append(Book(row, floor))

    @initialize()
    def open(self):
        raise NotImplementedError

    @rule(
        at=which,
        amount=sizes,
        priority=st.sampled_from([10, 50]),
        days=st.sampled_from([None, 1, 3]),
        kind=st.sampled_from(["paid", "promotional"]),
    )
    def add(self, at, amount, priority, days, kind):
        book, key = self.books[at], self.key()
        ends = self.ends_in(days) if days else None
        options = {"priority": priority, "expires_at": ends, "kind": kind}
        made = self.adjusted(book, key, amount, **options)
        if book.stands_still:
            assert made.of(book.stands_still)
            return
        book.add(made.id, amount, priority, ends, kind)
        self.note(book, made)
        self.done.append((book, key, amount, options, made))

    @rule(at=which, amount=sizes)
    def spend(self, at, amount):
        book, key = self.books[at], self.key()
        made = self.adjusted(book, key, -amount)
        if book.stands_still:
            assert made.of(book.stands_still)
        elif book.balance - amount < book.floor:
            assert made.of(ledger.InsufficientBalance)
        else:
            book.take(made.id, amount)
            self.note(book, made)
            self.done.append((book, key, -amount, {}, made))

    @precondition(lambda self: any(book.balance > 0 for book in self.books))
    @rule(pick=picks)
    def spend_all(self, pick):
        full = [at for at, book in enumerate(self.books) if book.balance > 0]
        at = full[pick % len(full)]
        self.spend(at, self.books[at].balance)

    def key(self):
        self.number += 1
        return f"key-{self.number}"

    def note(self, book, made, *, may_be_reversed=True, sides=()):
        self.entries.append({"book": book, "row": made, "amount": made.amount, "open": may_be_reversed, "sides": sides})

    @precondition(lambda self: self.done)
    @rule(pick=picks)
    def replay(self, pick):
        book, key, amount, options, first = self.done[pick % len(self.done)]
        assert self.adjusted_again(book, key, amount, first, **options)

    @precondition(lambda self: self.done)
    @rule(pick=picks, at=which)
    def reuse_a_key(self, pick, at):
        _, key, amount, _, _ = self.done[pick % len(self.done)]
        assert self.adjusted(self.books[at], key, amount, note="another").of(ledger.KeyReused)

    @precondition(lambda self: self.entries)
    @rule(pick=picks)
    def reverse(self, pick):
        told = self.entries[pick % len(self.entries)]
        book, row = told["book"], told["row"]
        plan = self.plan_of_reversal(book, row)
        made = self.reversed(book, row, self.key())
        sides = told["sides"] or [told]
        if isinstance(made, Refused):
            assert made.of(type(plan.refusal))
            assert not told["open"] or not all(one.has_room(amount) for one, amount in self.by_wallet(sides))
            return
        assert plan.refusal is None
        assert told["open"]
        assert plan.before == book.balance
        for one in sorted(sides, key=lambda one: -one["amount"]):
            if one["amount"] < 0:
                one["book"].give_back(one["row"].id, -one["amount"])
            else:
                one["book"].take(("reversal", one["row"].id), one["amount"], one["book"].made_by(one["row"].id))
            one["open"] = False
        assert plan.after == book.balance
        self.note(book, made, may_be_reversed=False)

    @staticmethod
    def by_wallet(sides):
        """Put the sides of a transfer together by wallet: (book, amount)."""
        books = {id(one["book"]): one["book"] for one in sides}
        return [(book, sum(one["amount"] for one in sides if one["book"] is book)) for book in books.values()]

    @precondition(lambda self: any(grant.left for book in self.books[:2] for grant in book.grants))
    @rule(pick=picks)
    def revoke(self, pick):
        live = [(book, grant) for book in self.books[:2] for grant in book.grants if grant.left]
        book, grant = live[pick % len(live)]
        row = self.session.scalars(select(CreditGrant).where(CreditGrant.entry_id == grant.entry_id)).one()
        made = self.revoked(book, row, self.key())
        if book.stands_still:
            assert made.of(book.stands_still)
            return
        assert made.amount == -grant.left
        book.take(made.id, grant.left, grant)
        self.note(book, made)

    @rule(hours=st.sampled_from([-30, 5, 30]))
    def let_time_pass_and_expire(self, hours):
        self.now += timedelta(hours=hours)
        due = {
            grant.entry_id for book in self.books[:2] if book.status == "open" for grant in book.grants if grant.left and self.over(grant)
        }
        ended = self.expired()
        exact = {book.row.id: book for book in self.books}
        for granted, ends, made in ended:
            book = exact[made.wallet_id]
            grant = book.made_by(granted)
            assert ends <= self.now
            assert grant is None or made.amount == -grant.left
            book.take(made.id, -made.amount, grant)
        assert {one.granted for one in ended if exact[one.made.wallet_id].exact} == due

    def over(self, grant):
        return grant.ends is not None and grant.ends <= self.now

    @rule(pair=st.sampled_from([(0, 1), (1, 0), (2, 3), (3, 2)]), amount=sizes)
    def transfer(self, pair, amount):
        source, target = (self.books[at] for at in pair)
        key = self.key()
        made = self.transferred(source, target, key, amount)
        if isinstance(made, Refused):
            assert source.stands_still or target.stands_still or source.balance - amount < source.floor
            return
        out, came = made
        pieces = {}
        for grant, part in source.take(out.id, amount):
            kind = (grant.priority, grant.ends, grant.kind)
            pieces[kind] = pieces.get(kind, 0) + part
        if source.exact:
            assert [entry.amount for entry in came] == list(pieces.values())
        sides = []
        self.note(source, out, sides=sides)
        for entry, kind in zip(came, pieces or [(50, None, "paid")] * len(came), strict=True):
            target.add(entry.id, entry.amount, *kind)
            self.note(target, entry, sides=sides)
        sides.extend(self.entries[-1 - len(came) :])
        assert self.transferred_again(source, target, key, amount, made)

    @rule(at=which, status=st.sampled_from(["open", "frozen", "closed"]))
    def set_status(self, at, status):
        book = self.books[at]
        refused = self.turned(book, status)
        if (book.status, status) == ("closed", "frozen"):
            assert refused.of(NotThisWay)
        elif status == "closed" != book.status and book.balance:
            assert refused.of(WalletNotEmpty)
        else:
            assert refused is None
            book.status = status

    @invariant()
    def both_say_the_same(self):
        if not hasattr(self, "books"):
            return
        for book in self.books:
            self.session.refresh(book.row)
            assert (book.row.balance, book.row.status) == (book.balance, book.status)
            left = select(CreditGrant.entry_id, CreditGrant.remaining)
            rows = dict(self.session.execute(left.where(CreditGrant.wallet_id == book.row.id, CreditGrant.remaining > 0)).all())
            assert not book.exact or rows == {grant.entry_id: grant.left for grant in book.grants if grant.left}
            assert sum(rows.values()) == max(book.balance, 0)
        assert ledger.verify(self.session) == []


def play(machine: type[Machine], *, stories: int, steps: int) -> None:
    """Tell so many stories of so many steps, or as many as PORTAL_MACHINE_STORIES and PORTAL_MACHINE_STEPS say."""
    chosen = settings(
        max_examples=int(os.environ.get("PORTAL_MACHINE_STORIES", stories)),
        stateful_step_count=int(os.environ.get("PORTAL_MACHINE_STEPS", steps)),
        deadline=None,
        suppress_health_check=list(HealthCheck),
        print_blob=False,
    )
    run_state_machine_as_test(machine, settings=chosen)
