"""Which credit is spent first."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text

from portal.domain import ledger, wallets
from portal.domain.ledger.grants import plan, rule_between
from portal.domain.ledger.statements import GRANTS_LEFT
from portal.model import CreditGrant, GrantUse
from tests.domain.ledger.books import left

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


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
def test_spending_agrees_with_a_small_model(session, cast, by, post, grants, spends):
    """The model: a list sorted by the four rules, taken from its front."""
    with session.begin_nested() as savepoint:
        wallet = wallets.open(session, cast.neighbour, "USD", by=by)
        model = []
        for n, (priority, days, kind, _, amount) in enumerate(grants):
            ends = NOON + timedelta(days=days) if days else None
            post(amount, to=wallet, expires_at=ends, kind=kind, priority=priority)
            model.append([(priority, days or 99, kind == "paid", n), amount])
        for amount in spends:
            if amount > sum(rest for _, rest in model):
                with pytest.raises(ledger.InsufficientBalance):
                    post(-amount, to=wallet)
                continue
            post(-amount, to=wallet)
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


def test_a_spend_looks_at_what_is_left_and_not_at_all_there_ever_was(session, wallet):
    connection = session.connection()
    compiled = GRANTS_LEFT.statement.compile(connection)
    values = compiled.params | {"wallet_id": wallet.id, "at_most": 4}
    if connection.dialect.name == "sqlite":
        given = tuple(value.hex if name == "wallet_id" else value for name in compiled.positiontup for value in (values[name],))
        plan = str(connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}", given).all())
        assert "ix_credit_grant_spending (wallet_id=?)" in plan
    else:
        session.execute(text("SET LOCAL enable_seqscan = off"))
        plan = str(connection.exec_driver_sql(f"EXPLAIN {compiled}", values).all())
        assert "emptied_seq IS NULL" in plan or "ix_credit_grant_spending" in plan
        assert "Seq Scan" not in plan
