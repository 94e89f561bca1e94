"""Two people for large movements: no door moves more than a role may, and what waits is posted once, with both names."""

import threading

import pytest
from sqlalchemy import select

from portal.domain import actors, approvals, ledger, roles, wallets
from portal.domain.errors import NotFound, Refusal
from portal.model import AuditEvent, CreditGrant, JournalEntry, Wallet, WalletEntry, WalletRequest
from portal.values import ids
from tests.cast import Cast

LIMIT = 10_000


@pytest.fixture
def cast(session):
    return Cast.make(session)


@pytest.fixture
def asker(cast):
    return cast.operator("finance")


@pytest.fixture
def second(cast):
    return cast.operator("manager")


@pytest.fixture
def wallet(session, cast, second) -> Wallet:
    made = wallets.open(session, cast.own, "EUR", by=second)
    approvals.set_limit(session, "finance", "EUR", LIMIT, by=second)
    return made


@pytest.fixture
def ask(session, wallet, asker):
    """Ask for an adjustment above the limit; the key is new unless one is given."""

    def asking(amount=50_000, act="adjustment", **options) -> WalletRequest:
        options = {"reason": "top_up" if amount > 0 else "correction", "key": str(ids.new_id()), "by": asker, **options}
        return approvals.ask(session, act, options.pop("at", wallet), amount=amount, **options)

    return asking


def events(session, action) -> list[AuditEvent]:
    return list(session.scalars(select(AuditEvent).where(AuditEvent.action == action)))


def test_a_limit_is_by_role_and_currency(session, cast, wallet, asker, second):
    assert approvals.limits(session) == {("finance", "EUR"): LIMIT}
    for amount, currency, by, needed in (
        (LIMIT, "EUR", asker, False),
        (LIMIT + 1, "EUR", asker, True),
        (-LIMIT - 1, "EUR", asker, True),
        (LIMIT + 1, "USD", asker, False),
        (LIMIT + 1, "EUR", second, False),
        (LIMIT + 1, "EUR", actors.system("worker"), False),
    ):
        assert approvals.required(session, amount, currency, by=by) is needed


def test_a_limit_is_changed_taken_away_and_recorded(session, wallet, second):
    approvals.set_limit(session, "finance", "EUR", 0, by=second)
    approvals.set_limit(session, "finance", "EUR", 0, by=second)
    approvals.set_limit(session, "finance", "EUR", None, by=second)
    assert approvals.limits(session) == {}
    changes = [event.changes["limit"] for event in events(session, "wallet.limit_changed")]
    assert changes == [[None, "100.00"], ["100.00", "0.00"], ["0.00", None]]


@pytest.mark.parametrize(
    ("role", "currency", "amount", "field"),
    [("viewer", "EUR", 1, "role"), ("finance", "XXZ", 1, "currency"), ("finance", "EUR", -1, "amount")],
)
def test_a_limit_that_cannot_be_is_refused_at_its_field(session, second, role, currency, amount, field):
    with pytest.raises(Refusal) as refused:
        approvals.set_limit(session, role, currency, amount, by=second)
    assert refused.value.field == field


def test_no_act_moves_more_than_the_role_may_alone(session, cast, wallet, asker, second):
    cast.neighbour.parent_id = cast.own.id
    other = wallets.open(session, cast.neighbour, "EUR", by=second)
    entry = wallets.adjust(session, wallet, 50_000, reason="top_up", key="a", by=second)
    grant = session.scalars(select(CreditGrant)).one()
    acts = {
        "add": lambda: wallets.adjust(session, wallet, LIMIT + 1, reason="top_up", key="k", by=asker),
        "deduct": lambda: wallets.adjust(session, wallet, -LIMIT - 1, reason="correction", key="k", by=asker),
        "reverse": lambda: wallets.reverse(session, wallet, entry, key="k", by=asker),
        "transfer": lambda: wallets.transfer(session, wallet, other, LIMIT + 1, key="k", by=asker),
        "revoke": lambda: wallets.revoke(session, wallet, grant, key="k", by=asker),
    }
    for act in acts.values():
        with pytest.raises(
            approvals.NeedsApproval, match=r"Finance moves at most 100\.00 EUR alone: a second operator approves more"
        ) as no:
            act()
        assert (no.value.field, no.value.limit) == ("amount", LIMIT)
    session.refresh(wallet)
    assert (wallet.balance, wallet.seq, ledger.verify(session)) == (50_000, 1, [])
    assert wallets.adjust(session, wallet, LIMIT, reason="top_up", key="k", by=asker).balance_after == 60_000


def test_a_retry_is_answered_though_the_limit_is_lower_by_now(session, wallet, asker, second):
    first = wallets.adjust(session, wallet, LIMIT, reason="top_up", key="k", by=asker)
    approvals.set_limit(session, "finance", "EUR", 1, by=second)
    assert wallets.adjust(session, wallet, LIMIT, reason="top_up", key="k", by=asker) is first


def test_what_is_asked_for_waits_and_moves_nothing(session, cast, wallet, ask, asker, second):
    request = ask(note="Large customer", reference="R-1")
    assert (request.state, request.amount, request.requester_name) == ("waiting", 50_000, asker.name)
    assert (wallet.balance, approvals.count_waiting(session, second)) == (0, 1)
    (event,) = events(session, "wallet.requested")
    assert (event.customer_id, event.facts["amount"], event.facts["act"]) == (cast.own.id, 50_000, "adjustment")
    assert "entry_id" not in event.facts


def test_the_same_key_asks_once_and_another_body_is_refused(session, ask):
    first = ask(key="once")
    assert ask(key="once") is first
    with pytest.raises(wallets.KeyReused):
        ask(60_000, key="once")
    assert len(events(session, "wallet.requested")) == 1


def test_approving_posts_with_both_names(session, cast, wallet, ask, asker, second):
    request = ask(note="Large customer", customer_text="Thank you", priority=10, kind="promotional")
    entry = approvals.approve(session, request, by=second)
    journal = session.get_one(JournalEntry, entry.journal_entry_id)
    assert (journal.actor_user_id, journal.actor_name) == (asker.user_id, asker.name)
    assert (journal.approver_user_id, journal.approver_name) == (second.user_id, second.name)
    assert (journal.note, journal.customer_text, journal.key) == ("Large customer", "Thank you", request.key)
    grant = session.scalars(select(CreditGrant).where(CreditGrant.entry_id == entry.id)).one()
    assert (grant.priority, grant.kind) == (10, "promotional")
    assert (request.state, request.decider_name, request.entry_id) == ("approved", second.name, entry.id)
    (approved,), (adjusted,) = events(session, "wallet.request_approved"), events(session, "wallet.adjusted")
    assert (approved.actor_name, approved.facts["asked_by"]) == (second.name, asker.name)
    assert (adjusted.actor_name, adjusted.facts["approved_by"]) == (asker.name, second.name)
    assert (approvals.count_waiting(session, second), ledger.verify(session)) == (0, [])


def test_the_form_sent_again_after_the_approval_gives_the_entry(session, wallet, ask, asker, second):
    request = ask(key="once")
    entry = approvals.approve(session, request, by=second)
    assert wallets.adjust(session, wallet, 50_000, reason="top_up", key="once", by=asker) is entry


def test_every_act_can_be_asked_for(session, cast, wallet, ask, second):
    cast.neighbour.parent_id = cast.own.id
    other = wallets.open(session, cast.neighbour, "EUR", by=second)
    first = wallets.adjust(session, wallet, 50_000, reason="top_up", key="a", by=second)
    later = wallets.adjust(session, wallet, 30_000, reason="goodwill", key="b", by=second)
    grant = session.scalars(select(CreditGrant).where(CreditGrant.entry_id == later.id)).one()
    transfer = ask(20_000, "transfer", other_wallet=other)
    reversal = ask(0, "reversal", journal_entry=session.get_one(JournalEntry, first.journal_entry_id))
    revocation = ask(0, "revocation", grant=grant)
    assert [(one.amount, one.reason) for one in (transfer, reversal, revocation)] == [
        (-20_000, "transfer"),
        (-50_000, "reversal"),
        (-30_000, "revocation"),
    ]
    assert approvals.approve(session, revocation, by=second).balance_after == 50_000
    assert approvals.approve(session, transfer, by=second).balance_after == 30_000
    with pytest.raises(wallets.CreditSpent):
        approvals.approve(session, reversal, by=second)
    assert reversal.state == "waiting"
    assert ledger.verify(session) == []


@pytest.mark.parametrize(
    ("options", "refusal"),
    [
        ({"amount": 0}, wallets.AmountMissing),
        ({"amount": 5, "reason": "service_delivered"}, wallets.ReasonMismatch),
        ({"amount": 5, "act": "transfer", "reason": "", "other": "same"}, wallets.SameWallet),
    ],
)
def test_what_can_never_be_is_refused_when_it_is_asked_for(session, wallet, ask, options, refusal):
    if options.get("other"):
        options = {name: value for name, value in options.items() if name != "other"} | {"other_wallet": wallet}
    with pytest.raises(refusal):
        ask(**options)
    assert not events(session, "wallet.requested")


def test_nobody_approves_or_declines_what_they_asked_for(session, ask, asker):
    request = ask()
    for act in (lambda: approvals.approve(session, request, by=asker), lambda: approvals.decline(session, request, note="x", by=asker)):
        with pytest.raises(approvals.OwnRequest, match="another operator decides"):
            act()
    assert request.state == "waiting"


def test_the_approver_s_own_limit_holds(session, wallet, ask, second):
    request = ask()
    approvals.set_limit(session, "manager", "EUR", 49_999, by=second)
    with pytest.raises(approvals.BeyondOwnLimit, match=r"Your own limit is 499\.99 EUR"):
        approvals.approve(session, request, by=second)
    session.refresh(wallet)
    assert (request.state, wallet.balance) == ("waiting", 0)
    approvals.set_limit(session, "manager", "EUR", 50_000, by=second)
    assert approvals.approve(session, request, by=second).amount == 50_000


def test_what_the_ledger_refuses_waits_on(session, wallet, ask, second):
    added, taken = ask(), ask(-20_000)
    with pytest.raises(wallets.InsufficientBalance):
        approvals.approve(session, taken, by=second)
    wallets.set_status(session, wallet, "frozen", reason="x", by=second)
    with pytest.raises(wallets.WalletFrozen):
        approvals.approve(session, added, by=second)
    assert [added.state, taken.state, added.decider_name, approvals.count_waiting(session, second)] == ["waiting", "waiting", "", 2]
    wallets.set_status(session, wallet, "open", reason="x", by=second)
    approvals.approve(session, added, by=second)
    assert approvals.approve(session, taken, by=second).balance_after == 30_000


def test_approving_twice_gives_the_entry_and_a_third_person_is_told(session, cast, ask, second):
    request = ask()
    entry = approvals.approve(session, request, by=second)
    assert approvals.approve(session, request, by=second) is entry
    with pytest.raises(approvals.Decided, match=f"This request was approved by {second.name} already"):
        approvals.approve(session, request, by=cast.operator("owner"))


def test_a_no_has_a_reason_and_stands(session, ask, second, asker):
    request = ask()
    with pytest.raises(approvals.NoteMissing) as refused:
        approvals.decline(session, request, note="  ", by=second)
    assert refused.value.field == "note"
    with pytest.raises(Refusal, match="longer than 255"):
        approvals.decline(session, request, note="x" * 256, by=second)
    approvals.decline(session, request, note="Too much", by=second)
    assert (request.state, request.decision_note) == ("declined", "Too much")
    assert events(session, "wallet.request_declined")[0].facts["why"] == "Too much"
    for act in (lambda: approvals.approve(session, request, by=second), lambda: approvals.withdraw(session, request, by=asker)):
        with pytest.raises(approvals.Decided, match="declined by"):
            act()


def test_only_who_asked_takes_it_back(session, ask, second, asker):
    request = ask()
    with pytest.raises(approvals.NotYours):
        approvals.withdraw(session, request, by=second)
    approvals.withdraw(session, request, by=asker)
    assert approvals.withdraw(session, request, by=asker).state == "withdrawn"
    assert len(events(session, "wallet.request_withdrawn")) == 1
    with pytest.raises(approvals.Decided, match="withdrawn"):
        approvals.approve(session, request, by=second)


def test_the_queue_has_the_oldest_first_and_what_is_decided_the_newest(session, cast, wallet, ask, second):
    requests = [ask(20_000 + n) for n in range(5)]
    page = approvals.waiting(session, second, limit=2)
    assert page.rows == requests[:2]
    assert (page.rows[0].wallet.currency, page.rows[0].wallet.customer.name) == ("EUR", cast.own.name)
    page = approvals.waiting(session, second, before=page.older, limit=3)
    assert (page.rows, page.older) == (requests[2:], "")
    for request in requests[:3]:
        approvals.decline(session, request, note="x", by=second)
    assert approvals.waiting(session, second, state="declined").rows == requests[2::-1]
    assert len(approvals.waiting(session, second, state="").rows) == 5
    assert approvals.waiting(session, second, before="nonsense").rows == requests[3:]
    assert approvals.find(session, second, requests[0].id) is requests[0]
    for act in (
        lambda: approvals.find(session, cast.person(), requests[0].id),
        lambda: approvals.find(session, second, ids.new_id()),
        lambda: approvals.waiting(session, cast.person()),
    ):
        with pytest.raises(NotFound):
            act()


def test_of_two_who_approve_at_once_one_posts(database):
    with database.writing() as session:
        cast = Cast.make(session)
        asker, people = cast.operator("finance"), [cast.operator("manager"), cast.operator("owner")]
        wallet = wallets.open(session, cast.own, "EUR", by=asker)
        approvals.set_limit(session, "finance", "EUR", 1, by=people[1])
        request_id = approvals.ask(session, "adjustment", wallet, amount=500, reason="top_up", key="k", by=asker).id
    met, outcomes = threading.Barrier(2, timeout=30), []

    def approve(by):
        met.wait()
        try:
            database.act(lambda session: approvals.approve(session, approvals.find(session, by, request_id), by=by))
            outcomes.append("posted")
        except approvals.Decided:
            outcomes.append("decided")

    threads = [threading.Thread(target=approve, args=(by,)) for by in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["decided", "posted"]
    with database.reading() as session:
        assert len(session.scalars(select(WalletEntry)).all()) == 1
        assert ledger.verify(session) == []


def test_a_limit_of_a_role_made_here_binds_its_holders_and_names_it(session, cast, wallet, second):
    role = roles.define(session, "Refund desk", ["wallet.adjust", "wallet.approve"], by=second)
    approvals.set_limit(session, role.key, "EUR", LIMIT, by=second)
    user = cast.operators["support"]
    clerk = actors.operator(user_id=user.id, name=user.name, role=role.key, words=role.name, permissions=roles.completed(role.permissions))
    assert approvals.required(session, LIMIT + 1, "EUR", by=clerk)
    with pytest.raises(approvals.NeedsApproval, match=r"^Refund desk moves at most 100\.00 EUR alone"):
        wallets.adjust(session, wallet, LIMIT + 1, reason="top_up", key="k", by=clerk)
    assert wallets.adjust(session, wallet, LIMIT, reason="top_up", key="k", by=clerk).balance_after == LIMIT
    request = approvals.ask(session, "adjustment", wallet, amount=LIMIT + 1, reason="top_up", key="more", by=second)
    with pytest.raises(approvals.BeyondOwnLimit):
        approvals.approve(session, request, by=clerk)
    assert request.state == "waiting"


def test_a_role_made_here_that_moves_no_credit_has_no_limit(session, second):
    role = roles.define(session, "Reader", ["wallet.read"], by=second)
    with pytest.raises(Refusal, match="Choose a role that moves credit"):
        approvals.set_limit(session, role.key, "EUR", 1, by=second)
