"""The whole ledger against a small model: whatever is done in whatever order, both say the same, and the books are whole.

Forty stories of twenty-five steps on each database. More: PORTAL_MACHINE_STORIES=400 PORTAL_MACHINE_STEPS=50 pytest
tests/domain/ledger/test_machine.py

Two wallets have a floor of zero: of them the model knows every grant. Two may be overdrawn: of them it knows balances, and
that what is left of the grants is the balance, or nothing.
"""

import os
from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test
from sqlalchemy import select

from portal.domain import actors, ledger, wallets
from portal.domain.errors import Refusal
from portal.domain.ledger import transferring
from portal.domain.wallets import recording
from portal.model import CreditGrant
from portal.values import clock
from tests import factories
from tests.cast import Cast

STORIES = int(os.environ.get("PORTAL_MACHINE_STORIES", "40"))
STEPS = int(os.environ.get("PORTAL_MACHINE_STEPS", "25"))
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
FLOOR = -300
WORKER = actors.system("worker")

which = st.integers(0, 3)
sizes = st.integers(1, 200)
picks = st.integers(0, 10**6)


class Grant:
    """Credit that was added, as the model has it."""

    def __init__(self, entry_id, amount, priority, ends, kind, number):
        self.entry_id, self.amount, self.left = entry_id, amount, amount
        self.priority, self.ends, self.kind, self.number = priority, ends, kind, number

    def order(self):
        return self.priority, self.ends is None, self.ends or NOON, self.kind == "paid", self.number


class Book:
    """One wallet, as the model has it."""

    def __init__(self, row, floor):
        self.row, self.floor, self.exact = row, floor, floor == 0
        self.balance, self.frozen, self.grants, self.took = 0, False, [], {}

    def add(self, entry_id, amount, priority=50, ends=None, kind="paid"):
        self.balance += amount
        if self.exact:
            self.grants.append(Grant(entry_id, amount, priority, ends, kind, len(self.grants)))

    def take(self, entry_id, amount, first=None):
        self.balance -= amount
        self.took[entry_id] = taken = []
        for grant in ([first] if first else []) + sorted(self.grants, key=Grant.order):
            part = min(amount, grant.left)
            if part:
                grant.left -= part
                amount -= part
                taken.append((grant, part))
        return taken

    def give_back(self, entry_id, amount):
        self.balance += amount
        for grant, part in self.took.get(entry_id, ()):
            grant.left += part

    def made_by(self, entry_id):
        return next((grant for grant in self.grants if grant.entry_id == entry_id), None)


class Machine(RuleBasedStateMachine):
    session = None

    def __init__(self):
        super().__init__()
        self.savepoint = self.session.begin_nested()
        self.now, self.number = NOON, 0
        self.entries, self.done = [], []

    @initialize()
    def open(self):
        cast = Cast.make(self.session)
        self.by = cast.operator("finance")
        child = factories.customer(self.session, cast.entity, name="Tochter AG")
        child.parent_id, cast.neighbour.parent_id = cast.own.id, cast.own.id
        cast.own.communications = False
        self.books = []
        pairs = ((cast.own, child, "EUR", 0), (cast.own, cast.neighbour, "KWD", FLOOR))
        for customer, currency, floor in ((one, *rest) for first, second, *rest in pairs for one in (first, second)):
            row = wallets.open(self.session, customer, currency, by=self.by)
            if floor:
                wallets.set_floor(self.session, row, floor, by=self.by)
            self.books.append(Book(row, floor))

    def key(self):
        self.number += 1
        return f"key-{self.number}"

    def act(self, work):
        """Do something at the model's time; give what came of it, or the refusal."""
        with clock.frozen(self.now):
            try:
                return work()
            except Refusal as refusal:
                return refusal

    def adjusted(self, book, key, amount, **options):
        reason = "top_up" if amount > 0 else "correction"
        return self.act(lambda: wallets.adjust(self.session, book.row, amount, reason=reason, key=key, by=self.by, **options))

    @rule(
        at=which,
        amount=sizes,
        priority=st.sampled_from([10, 50]),
        days=st.sampled_from([None, 1, 3]),
        kind=st.sampled_from(["paid", "promotional"]),
    )
    def add(self, at, amount, priority, days, kind):
        book, key = self.books[at], self.key()
        ends = self.now + timedelta(days=days) if days else None
        made = self.adjusted(book, key, amount, priority=priority, expires_at=ends, kind=kind)
        if book.frozen:
            assert isinstance(made, ledger.WalletFrozen)
            return
        book.add(made.id, amount, priority, ends, kind)
        self.note(book, made)
        self.done.append((book, key, amount, {"priority": priority, "expires_at": ends, "kind": kind}, made))

    @rule(at=which, amount=sizes)
    def spend(self, at, amount):
        book, key = self.books[at], self.key()
        made = self.adjusted(book, key, -amount)
        if book.frozen:
            assert isinstance(made, ledger.WalletFrozen)
        elif book.balance - amount < book.floor:
            assert isinstance(made, ledger.InsufficientBalance)
        else:
            book.take(made.id, amount)
            self.note(book, made)
            self.done.append((book, key, -amount, {}, made))

    def note(self, book, made, *, may_be_reversed=True, sides=()):
        self.entries.append({"book": book, "row": made, "amount": made.amount, "open": may_be_reversed, "sides": sides})

    @precondition(lambda self: self.done)
    @rule(pick=picks)
    def replay(self, pick):
        book, key, amount, options, first = self.done[pick % len(self.done)]
        assert self.adjusted(book, key, amount, **options) is first

    @precondition(lambda self: self.done)
    @rule(pick=picks, at=which)
    def reuse_a_key(self, pick, at):
        _, key, amount, _, _ = self.done[pick % len(self.done)]
        assert isinstance(self.adjusted(self.books[at], key, amount, note="another"), ledger.KeyReused)

    @precondition(lambda self: self.entries)
    @rule(pick=picks)
    def reverse(self, pick):
        told = self.entries[pick % len(self.entries)]
        book, row = told["book"], told["row"]
        plan = self.act(lambda: wallets.reversal_plan(self.session, book.row, row))
        made = self.act(lambda: wallets.reverse(self.session, book.row, row, key=self.key(), by=self.by))
        sides = told["sides"] or [told]
        if isinstance(made, Refusal):
            assert type(plan.refusal) is type(made)
            assert not told["open"] or not all(self.has_room(*one) for one in self.by_wallet(sides))
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
    def has_room(book, amount):
        return not book.frozen and book.balance - amount >= book.floor

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
        made = self.act(lambda: wallets.revoke(self.session, book.row, row, key=self.key(), by=self.by))
        if book.frozen:
            assert isinstance(made, ledger.WalletFrozen)
            return
        assert made.amount == -grant.left
        book.take(made.id, grant.left, grant)
        self.note(book, made)

    @rule(hours=st.sampled_from([-30, 5, 30]))
    def let_time_pass_and_expire(self, hours):
        self.now += timedelta(hours=hours)
        due = {grant.entry_id for book in self.books[:2] if not book.frozen for grant in book.grants if grant.left and self.over(grant)}
        for row in self.session.scalars(select(CreditGrant).where(CreditGrant.expires_at.is_not(None))).all():
            book = next(book for book in self.books if book.row.id == row.wallet_id)
            made = self.expire(book, row)
            assert not book.exact or (made is not None) == (row.entry_id in due)
            if made is not None:
                grant = book.made_by(row.entry_id)
                assert row.expires_at <= self.now
                assert grant is None or made.amount == -grant.left
                book.take(made.id, -made.amount, grant)

    def over(self, grant):
        return grant.ends is not None and grant.ends <= self.now

    def expire(self, book, row):
        made = self.act(lambda: ledger.expire(self.session, row.id, at=self.now, by=WORKER))
        if made is None or isinstance(made, Refusal):
            return None
        recording.record(self.session, "wallet.credit_expired", book.row, made, recording.Texts(), reason="expiry", by=WORKER)
        return made

    @rule(pair=st.sampled_from([(0, 1), (1, 0), (2, 3), (3, 2)]), amount=sizes)
    def transfer(self, pair, amount):
        source, target = (self.books[at] for at in pair)
        key = self.key()
        made = self.act(lambda: wallets.transfer(self.session, source.row, target.row, amount, key=key, by=self.by))
        if isinstance(made, Refusal):
            assert source.frozen or target.frozen or source.balance - amount < source.floor
            return
        out, arrived = made
        pieces = {}
        for grant, part in source.take(out.id, amount):
            kind = (grant.priority, grant.ends, grant.kind)
            pieces[kind] = pieces.get(kind, 0) + part
        came = transferring.arrived(self.session, out)
        assert arrived is came[-1]
        if source.exact:
            assert [entry.amount for entry in came] == list(pieces.values())
        sides = []
        self.note(source, out, sides=sides)
        for entry, kind in zip(came, pieces or [(50, None, "paid")] * len(came), strict=True):
            target.add(entry.id, entry.amount, *kind)
            self.note(target, entry, sides=sides)
        sides.extend(self.entries[-1 - len(came) :])
        assert self.act(lambda: wallets.transfer(self.session, source.row, target.row, amount, key=key, by=self.by)) == made

    @rule(at=which)
    def freeze_or_open(self, at):
        book = self.books[at]
        book.frozen = not book.frozen
        wallets.set_status(self.session, book.row, "frozen" if book.frozen else "open", reason="Tried", by=self.by)

    @invariant()
    def both_say_the_same(self):
        if not hasattr(self, "books"):
            return
        for book in self.books:
            self.session.refresh(book.row)
            assert book.row.balance == book.balance
            left = select(CreditGrant.entry_id, CreditGrant.remaining)
            rows = dict(self.session.execute(left.where(CreditGrant.wallet_id == book.row.id, CreditGrant.remaining > 0)).all())
            assert not book.exact or rows == {grant.entry_id: grant.left for grant in book.grants if grant.left}
            assert sum(rows.values()) == max(book.balance, 0)
        assert ledger.verify(self.session) == []

    def teardown(self):
        self.savepoint.rollback()


def test_the_ledger_and_a_small_model_say_the_same(session):
    chosen = settings(
        max_examples=STORIES, stateful_step_count=STEPS, deadline=None, suppress_health_check=list(HealthCheck), print_blob=False
    )
    run_state_machine_as_test(type("MachineHere", (Machine,), {"session": session}), settings=chosen)
