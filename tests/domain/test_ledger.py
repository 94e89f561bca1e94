"""The ledger: one way in, right to the last unit, and found out when it is tampered with."""

import hashlib
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from portal.domain import ledger, wallets
from portal.domain.errors import NotFound
from portal.domain.ledger import REASONS, Opening, verifying
from portal.domain.ledger.grants import plan, rule_between
from portal.model import CreditGrant, GrantUse, JournalEntry, JournalLine, Wallet, WalletEntry
from portal.values import clock, ids, money
from tests.cast import Cast

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


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
    """Post to the wallet; the key is new unless one is given."""

    def posting(amount: int, reason: str = "", **options) -> ledger.Posting:
        options = {"key_scope": "test", "key": str(ids.new_id()), **options}
        return ledger.post(session, wallet.id, amount, reason=reason or ("top_up" if amount > 0 else "service_delivered"), by=by, **options)

    return posting


def left(session, wallet) -> list[int]:
    return [share.grant.remaining for share in wallets.composition(session, wallet)]


def test_an_entry_moves_the_balance_and_says_where_it_stands(session, wallet, post):
    first, second = post(10_000).entry, post(-2_550).entry
    assert (first.seq, first.balance_before, first.balance_after) == (1, 0, 10_000)
    assert (second.seq, second.balance_before, second.balance_after) == (2, 10_000, 7_450)
    session.refresh(wallet)
    assert (wallet.balance, wallet.seq, wallet.last_entry_at) == (7_450, 2, second.posted_at)


def test_the_entry_that_is_given_back_is_the_row_that_was_written(session, post):
    entry = post(10_000).entry
    kept = {column.key: getattr(entry, column.key) for column in WalletEntry.__table__.c}
    session.refresh(entry)
    assert kept == {column.key: getattr(entry, column.key) for column in WalletEntry.__table__.c}


def test_an_entry_is_chained_to_the_one_before_it(post):
    first, second = post(10_000).entry, post(5_000).entry
    assert first.prev_hash == bytes(32)
    assert second.prev_hash == first.hash
    assert len(second.hash) == 32


def test_the_hash_is_over_the_documented_lines(wallet, post):
    with clock.frozen(NOON):
        entry = post(10_000, "goodwill").entry
    lines = (
        "portal-ledger-1",
        str(wallet.id),
        "1",
        "10000",
        "EUR",
        "10000",
        str(entry.journal_entry_id),
        "goodwill",
        "2026-11-23T12:00:00.000000Z",
        "0" * 64,
    )
    assert entry.hash == hashlib.sha256("\n".join(lines).encode()).digest()


def test_every_entry_is_balanced_in_the_books(session, post):
    for amount, reason in ((10_000, "top_up"), (2_500, "goodwill"), (-3_000, "service_delivered")):
        entry = post(amount, reason).entry
        lines = session.scalars(select(JournalLine).where(JournalLine.journal_entry_id == entry.journal_entry_id)).all()
        assert sum(line.debit for line in lines) == sum(line.credit for line in lines) == abs(amount)
        ours = next(line for line in lines if line.account == "wallet_liability")
        assert ours.credit - ours.debit == amount
        assert next(line.account for line in lines if line is not ours) == REASONS[reason].account


def test_nothing_goes_below_zero(session, wallet, post):
    post(10_000)
    with pytest.raises(ledger.InsufficientBalance, match=r"There are 100\.00 EUR in this wallet: at most 100\.00 can be deducted"):
        post(-10_001)
    session.refresh(wallet)
    assert (wallet.balance, wallet.seq) == (10_000, 1)
    assert ledger.verify(session) == []


def test_the_floor_of_a_wallet_is_its_own(session, wallet, post, by):
    wallets.set_floor(session, wallet, -50_000, by=by)
    assert post(-50_000).entry.balance_after == -50_000
    with pytest.raises(ledger.InsufficientBalance, match=r"There are −500.00 EUR in this wallet, and its floor is −500.00: nothing"):
        post(-1)


def test_new_credit_makes_good_what_was_below_zero_first(session, wallet, post, by):
    wallets.set_floor(session, wallet, -50_000, by=by)
    post(10_000)
    post(-22_000)
    assert left(session, wallet) == []
    post(7_000)
    assert left(session, wallet) == []
    post(10_000)
    assert left(session, wallet) == [5_000]
    post(-5_000)
    assert ledger.verify(session) == []


def test_a_frozen_and_a_closed_wallet_refuse(session, wallet, post, by):
    wallets.set_status(session, wallet, "frozen", reason="Dispute", by=by)
    with pytest.raises(ledger.WalletFrozen):
        post(100)
    wallets.set_status(session, wallet, "closed", reason="Left us", by=by)
    with pytest.raises(ledger.WalletClosed):
        post(100)


def test_a_wallet_holds_so_much_and_no_more(post):
    post(money.MAX_MINOR)
    with pytest.raises(ledger.WalletFull):
        post(1)


@pytest.mark.parametrize("amount", [0, money.MAX_MINOR + 1, -money.MAX_MINOR - 1])
def test_an_amount_out_of_bounds_is_a_mistake_of_the_caller(post, amount):
    with pytest.raises(ValueError, match="between 1 and"):
        post(amount)


def test_an_unknown_wallet_is_not_found(session, by):
    with pytest.raises(NotFound):
        ledger.post(session, ids.new_id(), 100, reason="top_up", key_scope="test", key="a", by=by)


def test_the_same_key_posts_once(session, wallet, post):
    first = post(10_000, key="once")
    again = post(10_000, key="once")
    assert (first.replayed, again.replayed) == (False, True)
    assert again.entry is first.entry
    session.refresh(wallet)
    assert (wallet.balance, wallet.seq) == (10_000, 1)


def test_a_retry_is_answered_though_the_wallet_is_frozen_by_now(session, wallet, post, by):
    first = post(10_000, key="once")
    wallets.set_status(session, wallet, "frozen", reason="Dispute", by=by)
    assert post(10_000, key="once").entry is first.entry


@pytest.mark.parametrize("change", [{"note": "b"}, {"customer_text": "b"}, {"reference": "b"}, {"expires_at": NOON}, {"amount": 10_001}])
def test_the_same_key_with_other_content_is_refused(post, change):
    post(10_000, key="once")
    with pytest.raises(ledger.KeyReused):
        post(**{"amount": 10_000, "key": "once", **change})


def test_the_same_key_in_another_scope_is_another_key(post):
    assert post(100, key="once").entry.seq == 1
    assert post(100, key="once", key_scope="elsewhere").entry.seq == 2


def test_no_entry_is_dated_before_the_one_before_it(post):
    with clock.frozen(NOON):
        first = post(100).entry
    with clock.frozen(NOON - timedelta(days=1)):
        second = post(100).entry
    with clock.frozen(NOON + timedelta(microseconds=1)):
        third = post(100).entry
    assert [entry.posted_at - NOON for entry in (first, second, third)] == [timedelta(0), timedelta(0), timedelta(microseconds=1)]


@pytest.mark.parametrize("table", ["wallet_entry", "journal_entry", "journal_line", "grant_use"])
@pytest.mark.parametrize("act", ["DELETE FROM {}", "UPDATE {} SET id = id"])
def test_the_books_cannot_be_changed_by_hand(session, post, table, act):
    post(10_000)
    post(-100)
    with pytest.raises(DBAPIError, match="append-only"):
        session.execute(text(act.format(table)))


def test_credit_is_spent_in_the_order_of_the_rules(session, wallet, post):
    grants = {
        "old paid": post(100, "top_up"),
        "gift": post(100, "goodwill"),
        "ends late": post(100, "promotion", expires_at=NOON + timedelta(days=900)),
        "ends soon": post(100, "top_up", expires_at=NOON + timedelta(days=400)),
        "set first": post(100, "top_up", priority=10),
        "young paid": post(100, "refund"),
    }
    by_entry = {posting.entry.id: name for name, posting in grants.items()}
    spend = post(-550).entry
    uses = session.execute(
        select(CreditGrant.entry_id, GrantUse.amount, GrantUse.rule)
        .join(GrantUse, GrantUse.grant_id == CreditGrant.id)
        .where(GrantUse.entry_id == spend.id)
        .order_by(GrantUse.id)
    ).all()
    assert [(by_entry[entry], amount, rule) for entry, amount, rule in uses] == [
        ("set first", 100, "priority"),
        ("ends soon", 100, "expiry"),
        ("ends late", 100, "expiry"),
        ("gift", 100, "promotional"),
        ("old paid", 100, "oldest"),
        ("young paid", 50, "only"),
    ]
    assert left(session, wallet) == [50]


def test_a_spend_takes_from_more_grants_than_are_read_at_once(session, wallet, post):
    for _ in range(230):
        post(10)
    post(-2_255)
    assert left(session, wallet) == [5, 10, 10, 10, 10]
    assert ledger.verify(session) == []


grants_of_a_wallet = st.lists(
    st.builds(
        lambda number, priority, days, kind, amount: (priority, days, kind, number, amount),
        st.integers(0, 50),
        st.sampled_from([10, 50, 90]),
        st.sampled_from([None, 1, 2, 3]),
        st.sampled_from(["paid", "promotional"]),
        st.integers(1, 500),
    ),
    max_size=8,
)


@given(grants=grants_of_a_wallet, spends=st.lists(st.integers(1, 900), max_size=5))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_spending_agrees_with_a_small_model(session, cast, by, grants, spends):
    """The model: a list sorted by the four rules, taken from its front."""
    with session.begin_nested() as savepoint:
        wallet = wallets.open(session, cast.neighbour, "USD", by=by)
        model = []
        for n, (priority, days, kind, _, amount) in enumerate(grants):
            ends = NOON + timedelta(days=days) if days else None
            options = {"expires_at": ends, "kind": kind, "priority": priority, "key_scope": "model", "key": f"g{n}", "by": by}
            ledger.post(session, wallet.id, amount, reason="top_up", **options)
            model.append([(priority, days or 99, kind == "paid", n), amount])
        for n, amount in enumerate(spends):
            if amount > sum(rest for _, rest in model):
                with pytest.raises(ledger.InsufficientBalance):
                    ledger.post(session, wallet.id, -amount, reason="correction", key_scope="model", key=f"s{n}", by=by)
                continue
            ledger.post(session, wallet.id, -amount, reason="correction", key_scope="model", key=f"s{n}", by=by)
            for grant in sorted(model):
                taken = min(amount, grant[1])
                grant[1] -= taken
                amount -= taken
        assert left(session, wallet) == [rest for _, rest in sorted(model) if rest]
        assert ledger.verify(session, wallet.id) == []
        savepoint.rollback()


class Grant:
    def __init__(self, id, remaining, *, priority=50, expires_at=None, kind="paid"):
        self.id, self.remaining, self.priority, self.expires_at, self.kind = id, remaining, priority, expires_at, kind


def test_a_plan_takes_no_more_than_there_is():
    assert list(plan([Grant("a", 10), Grant("b", 10)], 25)) == [("a", 10, 0, "oldest"), ("b", 10, 0, "only")]
    assert list(plan([Grant("a", 10)], 0)) == []


def test_the_rule_is_the_first_by_which_two_grants_differ():
    assert rule_between(Grant("a", 1, priority=10, kind="promotional"), Grant("b", 1)) == "priority"
    assert rule_between(Grant("a", 1, expires_at=NOON), Grant("b", 1)) == "expiry"
    assert rule_between(Grant("a", 1, kind="promotional"), Grant("b", 1)) == "promotional"


def named(made: ledger.OpeningRows) -> dict[type, list[dict]]:
    """Give rows made in bulk by table, with the names of their columns."""
    return {model: [dict(zip(ledger.OPENING_COLUMNS[model], row, strict=True)) for row in rows] for model, rows in made.tables()}


def test_opening_rows_equal_what_is_posted(session, cast, by):
    openings = [
        Opening(cast.own.id, "EUR", 157_417, "row-1", name="Main"),
        Opening(cast.own.id, "JPY", 283_937, "row-2", is_main=False),
        Opening(cast.neighbour.id, "KWD", 0, "row-3"),
    ]
    made = ledger.opening_rows(openings, by=by, at=NOON)
    for model, rows in named(made).items():
        assert set(ledger.OPENING_COLUMNS[model]) == {column.key for column in model.__table__.c}
        session.execute(insert(model), rows)
    assert ledger.verify(session) == []
    bulk = wallets.of_customer(session, cast.own.id)[0]
    with clock.frozen(NOON + timedelta(days=1)):
        entry = ledger.post(session, bulk.id, -57_417, reason="correction", key_scope="test", key="a", by=by).entry
    assert (entry.seq, entry.balance_after, left(session, bulk)) == (2, 100_000, [100_000])
    assert ledger.verify(session) == []


def test_a_posted_and_a_bulk_made_opening_differ_in_nothing_but_ids_and_place(session, cast, by, wallet):
    with clock.frozen(NOON):
        posted = ledger.post(session, wallet.id, 500, reason="import", key_scope="import", key="a", by=by).entry
    made = ledger.opening_rows([Opening(cast.neighbour.id, "EUR", 500, "b")], by=by, at=NOON)
    journal = session.get_one(JournalEntry, posted.journal_entry_id)
    own = {"id", "customer_id", "key", "request_hash"}
    (in_bulk,) = named(made)[JournalEntry]
    assert {name: value for name, value in in_bulk.items() if name not in own} == {
        column.key: getattr(journal, column.key) for column in JournalEntry.__table__.c if column.key not in own
    }
    lines = session.scalars(select(JournalLine).where(JournalLine.journal_entry_id == journal.id).order_by(JournalLine.id)).all()
    assert [(line.account, line.debit, line.credit, line.currency) for line in lines] == [
        (line["account"], line["debit"], line["credit"], line["currency"]) for line in named(made)[JournalLine]
    ]


def test_an_opening_balance_below_zero_is_a_mistake_of_the_caller(cast, by):
    with pytest.raises(ValueError, match="not below zero"):
        ledger.opening_rows([Opening(cast.own.id, "EUR", -1, "a")], by=by)


def past_the_triggers(session, statement):
    """Do what nobody may: change a row behind the ledger's back."""
    if session.get_bind().dialect.name == "sqlite":
        for table in ("wallet_entry", "journal_entry", "journal_line"):
            session.execute(text(f"DROP TRIGGER IF EXISTS {table}_no_update"))
        session.execute(statement)
    else:
        session.execute(text("SET LOCAL session_replication_role = replica"))
        session.execute(statement)
        session.execute(text("SET LOCAL session_replication_role = origin"))
    session.expire_all()


@pytest.mark.parametrize(
    ("change", "invariant"),
    [
        (update(Wallet).values(balance=Wallet.balance + 1), "I1"),
        (update(Wallet).values(seq=Wallet.seq + 1), "I2"),
        (update(WalletEntry).where(WalletEntry.seq == 2).values(balance_after=WalletEntry.balance_after + 1), "I2"),
        (update(WalletEntry).where(WalletEntry.seq == 2).values(posted_at=NOON), "I6"),
        (update(WalletEntry).where(WalletEntry.seq == 2).values(prev_hash=bytes(32)), "I6"),
        (update(JournalEntry).where(JournalEntry.reason == "goodwill").values(reason="top_up"), "I6"),
        (update(JournalLine).where(JournalLine.account == "promotional_expense").values(debit=1), "I4"),
        (update(JournalLine).values(currency="USD"), "I9"),
        (update(CreditGrant).where(CreditGrant.amount == 10_000).values(remaining=CreditGrant.remaining - 1), "grants"),
    ],
)
def test_a_row_that_was_tampered_with_is_found(session, wallet, post, change, invariant):
    post(10_000)
    second = post(2_500, "goodwill").entry
    post(-300)
    assert ledger.verify(session) == []
    past_the_triggers(session, change)
    faults = ledger.verify(session)
    assert [(fault.invariant, fault.wallet_id) for fault in faults] == [(invariant, wallet.id)]
    if invariant in {"I6", "I4"}:
        assert faults[0].row_id == second.id


def test_a_reversal_that_is_not_the_exact_negative_is_found(session, wallet, post):
    first = post(10_000).entry
    post(-9_999, "correction", reverses_id=first.journal_entry_id)
    assert [fault.invariant for fault in ledger.verify(session)] == ["I8"]


def test_only_the_wallet_that_was_asked_for_is_checked(session, cast, wallet, post, by):
    other = wallets.open(session, cast.neighbour, "EUR", by=by)
    post(100)
    session.execute(update(Wallet).where(Wallet.id == wallet.id).values(balance=1))
    assert ledger.verify(session, other.id) == []
    assert len(ledger.verify(session, wallet.id)) == 1


def test_the_check_reads_on_over_many_wallets_and_entries(session, cast, by, monkeypatch):
    made = ledger.opening_rows((Opening(cast.own.id, code, 100, code, is_main=False) for code in list(money.EXPONENTS)[:40]), by=by)
    for model, rows in named(made).items():
        session.execute(insert(model), rows)
    monkeypatch.setattr(verifying, "_WALLETS", verifying._WALLETS.limit(7))
    monkeypatch.setattr(verifying, "_ENTRIES", verifying._ENTRIES.limit(3))
    assert ledger.verify(session) == []
    session.execute(update(Wallet).where(Wallet.currency.in_(["AED", "CHF"])).values(balance=99))
    assert sorted(fault.invariant for fault in ledger.verify(session)) == ["I1", "I1"]


def test_nothing_is_left_of_a_refused_posting(session, wallet, post):
    with pytest.raises(ledger.InsufficientBalance):
        post(-1, key="a")
    assert session.scalar(select(func.count()).select_from(JournalEntry)) == 0
    assert post(1, key="a").replayed is False
