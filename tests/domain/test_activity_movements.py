"""What is done to a balance, and what is asked for, told in sentences; customers' people see what was done."""

import pytest
from sqlalchemy import select

from portal.domain import activity, approvals, wallets
from portal.model import CreditGrant, Customer

INSIDE = activity.Reader(locale="en", time_zone="Europe/Berlin")
OUTSIDE = activity.Reader(time_zone="Europe/Berlin", house="Northwind")


@pytest.fixture
def by(cast):
    return cast.operator("finance")


@pytest.fixture
def wallet(session, cast, by):
    session.get_one(Customer, cast.neighbour.id).parent_id = cast.own.id
    return wallets.open(session, session.get_one(Customer, cast.own.id), "EUR", by=by)


def told(session, customer, reader=INSIDE):
    return activity.page(session, customer.id, reader, kind="money").events


def lines(event):
    return {change.name: change.text or (change.before, change.after) for change in event.changes}


def test_reversals_transfers_and_revocations_are_told(session, cast, wallet, by):
    other = wallets.open(session, session.get_one(Customer, cast.neighbour.id), "EUR", by=by)
    gift = wallets.adjust(session, wallet, 2_500, reason="goodwill", key="a", by=by)
    wallets.transfer(session, wallet, other, 500, key="b", customer_text="For the fair", by=by)
    spend = wallets.adjust(session, wallet, -300, reason="service_delivered", key="c", by=by)
    wallets.reverse(session, wallet, spend, key="d", by=by)
    grant = session.scalars(select(CreditGrant).where(CreditGrant.entry_id == gift.id)).one()
    wallets.revoke(session, wallet, grant, key="e", note="Fraud", by=by)
    second = wallets.adjust(session, wallet, 100, reason="goodwill", key="f", by=by)
    wallets.reverse(session, wallet, second, key="g", by=by)
    events = told(session, cast.own)
    assert [event.text.removeprefix("Finance Operator ") for event in events][:6] == [
        "reversed 1.00 EUR of goodwill credit",
        "added 1.00 EUR of goodwill credit",
        "took back 20.00 EUR of credit",
        "reversed 3.00 EUR deducted for a service delivered",
        "deducted 3.00 EUR for a service delivered",
        "transferred 5.00 EUR to Nachbar AG",
    ]
    assert lines(events[2]) == {"Balance": ("20.00", "0.00"), "Note": "Fraud"}
    there = told(session, cast.neighbour)[0]
    assert there.text == "Finance Operator transferred 5.00 EUR here from Grünwald & Jørgensen GmbH"
    assert lines(there) == {"Balance": ("0.00", "5.00"), "Text for the customer": "For the fair"}


def test_requests_are_told_to_operators_with_who_asked(session, cast, wallet, by):
    second = cast.operator("manager")

    def ask(amount, key, **options):
        reason = "top_up" if amount > 0 else "correction"
        return approvals.ask(session, options.pop("act", "adjustment"), wallet, amount=amount, reason=reason, key=key, by=by, **options)

    approvals.approve(session, ask(50_000, "a"), by=second)
    approvals.decline(session, ask(-20_000, "b"), note="Too much", by=second)
    approvals.withdraw(session, ask(10_000, "c"), by=by)
    events = told(session, cast.own)
    assert sorted(event.text for event in events)[:-1] == [
        "Finance Operator added 500.00 EUR as a top-up",
        "Finance Operator asked to add 100.00 EUR",
        "Finance Operator asked to add 500.00 EUR",
        "Finance Operator asked to deduct 200.00 EUR",
        "Finance Operator opened the EUR wallet",
        "Finance Operator took back the request to add 100.00 EUR",
        "Manager Operator approved adding 500.00 EUR, asked for by Finance Operator",
    ]
    declined = next(event for event in events if "declined" in event.text)
    assert declined.text == "Manager Operator declined deducting 200.00 EUR, asked for by Finance Operator"
    assert lines(declined) == {"Why": "Too much"}
    added = next(event for event in events if " added " in event.text)
    assert lines(added)["Approved by"] == "Manager Operator"


def test_a_customer_s_people_see_what_was_done_and_neither_requests_nor_who_approved(session, cast, wallet, by):
    request = approvals.ask(session, "adjustment", wallet, amount=50_000, reason="top_up", key="a", by=by)
    entry = approvals.approve(session, request, by=cast.operator("manager"))
    wallets.reverse(session, wallet, entry, key="b", by=by)
    events = told(session, cast.own, OUTSIDE)
    assert [event.text.split(" ", 1)[1].split(" ", 1)[1] for event in events[:2]] == [
        "reversed 500.00 EUR as a top-up",
        "added 500.00 EUR as a top-up",
    ]
    assert not any("asked" in event.text or "approved" in event.text for event in events)
    assert all("Approved by" not in lines(event) for event in events)
