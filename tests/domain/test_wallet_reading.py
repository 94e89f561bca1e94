"""Reading a ledger: filters and pages by number, one entry with all around it, and the customer's journal."""

from datetime import UTC, datetime, timedelta

import pytest

from portal.domain import journal, wallets
from portal.domain.wallets import EntryFilters
from portal.model import Wallet
from portal.values import clock, ids

START = datetime(2026, 1, 1, 12, tzinfo=UTC)


@pytest.fixture
def wallet(session, cast) -> Wallet:
    """A wallet with ten entries, one a day: odd ones add 10.00, 30.00 ..., even ones deduct 1.00."""
    owner, finance = cast.operator(), cast.operator("finance")
    made = wallets.open(session, cast.own, "EUR", by=owner)
    for number in range(1, 11):
        with clock.frozen(START + timedelta(days=number)):
            amount, reason = (number * 1_000, "goodwill") if number % 2 else (-100, "service_delivered")
            wallets.adjust(session, made, amount, reason=reason, key=f"n{number}", by=finance if number > 8 else owner)
    return made


def numbers(page) -> list[int]:
    return [row.seq for row in page.rows]


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        (EntryFilters(reason="goodwill"), [9, 7, 5, 3, 1]),
        (EntryFilters(kind="added"), [9, 7, 5, 3, 1]),
        (EntryFilters(kind="deducted"), [10, 8, 6, 4, 2]),
        (EntryFilters(kind="reversal"), []),
        (EntryFilters(kind="transfer"), []),
        (EntryFilters(by="operators"), list(range(10, 0, -1))),
        (EntryFilters(by="customer"), []),
        (EntryFilters(by="itself"), []),
        (EntryFilters(least=5_000), [9, 7, 5]),
        (EntryFilters(most=100), [10, 8, 6, 4, 2]),
        (EntryFilters(least=1_000, most=3_000), [3, 1]),
        (EntryFilters(least=0), list(range(10, 0, -1))),
        (EntryFilters(since=START + timedelta(days=9)), [10, 9]),
        (EntryFilters(until=START + timedelta(days=3)), [2, 1]),
        (EntryFilters(since=START + timedelta(days=4), until=START + timedelta(days=6)), [5, 4]),
        (EntryFilters(since=START + timedelta(days=99)), []),
        (EntryFilters(until=START), []),
        (EntryFilters(reason="goodwill", since=START + timedelta(days=4), least=7_000), [9, 7]),
    ],
)
def test_filters_narrow_the_ledger(session, wallet, filters, found):
    page = wallets.entries(session, wallet, filters)
    assert numbers(page) == found
    assert page.newest


def test_a_person_is_found_as_actor(session, wallet, cast):
    assert numbers(wallets.entries(session, wallet, EntryFilters(by=cast.operators["finance"].id))) == [10, 9]
    assert numbers(wallets.entries(session, wallet, EntryFilters(by=ids.new_id()))) == []


def test_narrowed_pages_go_on_by_number_both_ways(session, wallet):
    goodwill = EntryFilters(reason="goodwill")
    first = wallets.entries(session, wallet, goodwill, limit=2)
    assert (numbers(first), first.older, first.newest) == ([9, 7], 7, True)
    second = wallets.entries(session, wallet, goodwill, before=first.older, limit=2)
    assert (numbers(second), second.newest) == ([5, 3], False)
    last = wallets.entries(session, wallet, goodwill, before=second.older, limit=2)
    assert (numbers(last), last.older) == ([1], None)
    back = wallets.entries(session, wallet, goodwill, after=last.newer, limit=2)
    assert numbers(back) == [5, 3]
    front = wallets.entries(session, wallet, goodwill, after=back.newer, limit=2)
    assert (numbers(front), front.newest) == ([9, 7], True)


def test_a_page_looks_through_so_many_entries_and_says_where_to_go_on(session, wallet):
    rare = EntryFilters(least=1_000, most=1_000)
    page = wallets.entries(session, wallet, rare, window=3)
    assert (numbers(page), page.looked, page.older) == ([], (8, 10), 8)
    seen = []
    while page.older:
        page = wallets.entries(session, wallet, rare, before=page.older, window=3)
        seen += numbers(page)
    assert (seen, page.looked) == ([1], (1, 1))
    page = wallets.entries(session, wallet, EntryFilters(reason="goodwill"), after=3, window=3)
    assert (numbers(page), page.looked, page.newest) == ([5], (4, 6), False)


@pytest.mark.parametrize("place", [{"before": 10**30}, {"before": -5}, {"after": 10**30}, {"after": -5}, {"before": 0}])
def test_places_beyond_the_ledger_are_pages_too(session, wallet, place):
    page = wallets.entries(session, wallet, EntryFilters(reason="goodwill"), **place)
    assert set(numbers(page)) <= {1, 3, 5, 7, 9}


def test_those_who_acted_lately_are_listed(session, wallet, cast):
    assert [name for _, name in wallets.people(session, wallet)] == ["Finance Operator", "Owner Operator"]
    also = wallets.people(session, wallet, also=cast.operators["viewer"].id)
    assert [name for _, name in also] == ["Finance Operator", "Owner Operator", "Viewer Operator"]


def test_an_entry_tells_all_around_it(session, wallet, cast):
    owner = cast.operator()
    spend = wallets.adjust(session, wallet, -1_500, reason="service_delivered", key="spend", by=owner)
    story = wallets.entry_story(session, spend)
    assert (story.debits, story.credits) == (1_500, 1_500)
    assert [(line.account, line.debit, line.credit) for line in story.lines] == [
        ("wallet_liability", 1_500, 0),
        ("receivable", 0, 1_500),
    ]
    assert (story.made, sum(use.amount for use in story.used), story.twins) == ([], 1_500, [])
    back = wallets.reverse(session, wallet, spend, key="back", by=owner)
    told = wallets.entry_story(session, back)
    assert told.reverses.entry_id == spend.id
    assert wallets.entry_story(session, spend).reversed_by.entry_id == back.id
    assert sum(use.amount for use in told.used) == -1_500


def test_an_added_amount_shows_the_grant_it_made(session, wallet, cast):
    entry = wallets.adjust(session, wallet, 2_500, reason="top_up", key="more", by=cast.operator())
    assert [(grant.kind, grant.remaining) for grant in wallets.entry_story(session, entry).made] == [("paid", 2_500)]


def test_the_sides_of_a_transfer_know_each_other(session, wallet, cast):
    owner = cast.operator()
    cast.neighbour = session.merge(cast.neighbour)
    cast.neighbour.parent_id = cast.own.id
    session.flush()
    there = wallets.open(session, cast.neighbour, "EUR", by=owner)
    out, last = wallets.transfer(session, wallet, there, 2_000, key="move", by=owner)
    story = wallets.entry_story(session, out)
    assert {twin.wallet_id for twin in story.twins} == {there.id}
    assert sum(twin.amount for twin in story.twins) == 2_000
    assert [twin.entry_id for twin in wallets.entry_story(session, last).twins] == [out.id]


def test_the_journal_balances_on_each_page(session, wallet, cast):
    customer_id = cast.own.id
    first = journal.page(session, customer_id, limit=4)
    assert [posted.entry.reason for posted in first.posted] == ["service_delivered", "goodwill"] * 2
    assert [(total.currency, total.debit == total.credit > 0) for total in first.totals] == [("EUR", True)]
    assert first.posted[0].lines[0].debit
    seen = [posted.entry.id for posted in first.posted]
    page = first
    while page.older:
        page = journal.page(session, customer_id, before=page.older, limit=4)
        seen += [posted.entry.id for posted in page.posted]
    assert len(seen) == len(set(seen)) == 10


def test_the_journal_of_a_period(session, wallet, cast):
    days = {"since": START + timedelta(days=4), "until": START + timedelta(days=6)}
    assert len(journal.page(session, cast.own.id, **days).posted) == 2
    assert journal.page(session, cast.own.id, since=START + timedelta(days=99)).posted == []


def test_the_journal_of_a_neighbour_is_another_one(session, wallet, cast):
    mine = journal.page(session, cast.own.id, limit=4)
    theirs = journal.page(session, cast.neighbour.id, before=mine.older)
    assert (theirs.posted, theirs.totals, theirs.newest) == ([], [], True)
