"""The list: every order walks to its end and back, filters narrow, cursors that do not fit begin anew."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event

from portal.domain import addresses, listing, search
from portal.domain.listing import Filters, cursors
from portal.model import Contact, TaxId, Wallet
from tests import factories

START = datetime(2026, 1, 1, tzinfo=UTC)
CITIES = ("Zürich", "Aachen", "", "Bonn", "aachen")


@pytest.fixture
def crowd(session):
    """23 customers: some without ID, email, address or wallet; two archived."""
    entity, _ = factories.entity(session)
    made = []
    for number in range(23):
        email = f"c{22 - number}@x.example" if number % 3 else None
        row = factories.customer(
            session,
            entity,
            name=f"{'ÄBbçD'[number % 5]} {number % 7}",
            email=email,
            external_id=f"ID-{number:02}" if number % 4 else None,
            created_at=START + timedelta(days=number % 6),
            updated_at=START + timedelta(days=number),
            status="archived" if number in {5, 9} else "active",
            communications=number != 6,
            tax_exempt=number == 7,
            custom_data={"segment": "ent" if number % 2 else "smb", "n": number, "vip": number == 3, "deep": {"er": "x"}},
        )
        if number % 5:
            parts = {"line1": "x", "city": CITIES[number % 5], "country": ("DE", "CH")[number % 2]}
            session.add(addresses.Address(customer_id=row.id, is_billing=True, **parts))
        if number % 6:
            balance = (number - 10) * 100
            session.add(
                Wallet(customer_id=row.id, currency=("EUR", "JPY")[number % 2], balance=balance, floor=min(balance, 0), is_main=True)
            )
        if number == 8:
            session.add(Wallet(customer_id=row.id, currency="USD", balance=1))
        if email:
            bounce = "hard" if number == 10 else "none"
            session.add(Contact(customer_id=row.id, email=email, email_key=email, is_primary=True, bounce_state=bounce))
        made.append(row)
    session.flush()
    return made


def walk(session, filters, sort, *, size=4, cursor="", way="next") -> list[list]:
    pages = []
    while len(pages) < 30:
        page = listing.page(session, filters, sort=sort, cursor=cursor, size=size)
        pages.append([str(row.id).replace("-", "") for row in page.rows])
        cursor = getattr(page, way)
        if not cursor:
            return pages
    raise AssertionError("the walk does not end")


def numbers(session, crowd, *pairs) -> list[int]:
    by_id = {row.id.hex: number for number, row in enumerate(crowd)}
    page = listing.page(session, Filters.read(pairs), sort="updated")
    return [by_id[str(row.id).replace("-", "")] for row in page.rows]


@pytest.mark.parametrize("sort", [sign + name for name in listing.SORTS for sign in ("", "-")])
def test_every_order_is_walked_to_its_end_and_back(session, crowd, sort):
    everything = Filters(values={"status": "any"})
    forward = [key for page in walk(session, everything, sort) for key in page]
    assert sorted(forward) == sorted(row.id.hex for row in crowd)
    backward = [key for page in reversed(walk(session, everything, sort, cursor="last", way="previous")) for key in page]
    assert list(dict.fromkeys(backward)) == forward  # the first page is filled, so it may share rows with the second
    whole = listing.page(session, everything, sort=sort, size=50)
    assert [str(row.id).replace("-", "") for row in whole.rows] == forward
    assert whole.first
    assert whole.last


def test_names_sort_without_case_and_marks(session, crowd):
    rows = listing.page(session, Filters(), sort="name").rows
    assert [row.name[0] for row in rows] == sorted((row.name[0] for row in rows), key=lambda letter: "äbçd".index(letter.lower()))


def test_balances_sort_by_currency_then_amount_and_those_without_come_last(session, crowd):
    rows = listing.page(session, Filters(), sort="balance").rows
    held = [(row.currency, row.balance) for row in rows if row.currency]
    assert held == sorted(held)
    assert [row.currency for row in rows[len(held) :]] == [None] * (len(rows) - len(held))


def test_a_row_has_what_the_list_shows(session, crowd):
    row = next(row for row in listing.page(session, Filters()).rows if row.external_id == "ID-08" or row.wallets == 2)
    assert (row.currency, row.balance, row.wallets, row.country, row.verified) == ("EUR", -200, 2, "DE", False)


def test_archived_ones_are_left_out_unless_asked_for(session, crowd):
    assert len(numbers(session, crowd)) == 21
    assert numbers(session, crowd, ("status", "archived")) == [5, 9]
    assert len(numbers(session, crowd, ("status", "any"))) == 23


@pytest.mark.parametrize(
    ("name", "value", "wanted"),
    [
        ("balance", "below", [1, 2, 3, 4, 7, 8]),
        ("balance", "none", [0, 6, 12, 18]),
        ("balance", "zero", [10]),
        ("balance", "credit", [11, 13, 14, 15, 16, 17, 19, 20, 21, 22]),
        ("currency", "usd", [8]),
        ("mail", "off", [6]),
        ("bounce", "any", [10]),
        ("bounce", "hard", [10]),
        ("bounce", "soft", []),
        ("exempt", "yes", [7]),
        ("tax", "yes", [4]),
        ("added_to", "2026-01-01", [0, 6, 12, 18]),
        ("changed_from", "2026-01-22", [21, 22]),
        ("custom.n", "4", [4]),
        ("custom.vip", "true", [3]),
        ("custom.deep.er", "x", [n for n in range(23) if n not in {5, 9}]),
        ("custom.deep.er.still", "x", []),
        ("parent", "yes", [2]),
    ],
)
def test_each_filter_narrows(session, crowd, name, value, wanted):
    session.add(TaxId(customer_id=crowd[4].id, kind="eu_vat", value="DE1"))
    crowd[2].parent_id = crowd[1].id
    session.flush()
    assert numbers(session, crowd, (name, value)) == wanted


def test_filters_join(session, crowd):
    assert numbers(session, crowd, ("country", "DE,ch"), ("custom.segment", "ent"), ("balance", "credit")) == [11, 13, 17, 19, 21]
    assert numbers(session, crowd, ("parent", str(crowd[1].id))) == []
    assert len(numbers(session, crowd, ("entity", str(crowd[0].business_entity_id)))) == 21


def test_what_cannot_be_read_is_left_out():
    pairs = [("country", "Atlantis"), ("entity", "x"), ("balance", "lots"), ("added_from", "soon"), ("custom.", "x"), ("status", "gone")]
    assert Filters.read(pairs) == Filters()
    assert Filters.read(pairs).bare


def test_filters_are_written_as_they_are_read():
    pairs = [("q", "a b"), ("status", "any"), ("country", "DE,JP"), ("added_from", "2026-01-01"), ("custom.a.b", "c")]
    assert Filters.read(pairs).pairs() == pairs
    assert Filters.read([("country", "de"), ("country", "jp")]).values["country"] == ("DE", "JP")
    assert Filters.read(pairs).values["added_from"] == date(2026, 1, 1)
    assert Filters.read(pairs).without("custom.a.b").without("country").without("q").pairs() == [
        ("status", "any"),
        ("added_from", "2026-01-01"),
    ]


@pytest.mark.parametrize("cursor", ["x", "bGFzdA", "W10", "WzAsOSxbXV0", "WzAsMCxbMSwyXV0", "W1tdLDAsW11d", "Ã", "A" * 3000])
def test_a_cursor_that_does_not_fit_begins_anew(session, crowd, cursor):
    assert listing.page(session, Filters(), cursor=cursor, size=4).rows == listing.page(session, Filters(), size=4).rows


def test_a_cursor_of_another_order_begins_anew(session, crowd):
    other = listing.page(session, Filters(), sort="created", size=4).next
    assert listing.page(session, Filters(), sort="name", cursor=other, size=4).rows == listing.page(session, Filters(), size=4).rows


@given(st.text(max_size=100))
def test_no_cursor_raises(text):
    assert isinstance(cursors.read(text, [(str, int)]), cursors.Cursor)


def test_a_full_first_page_is_shown_when_going_back_leaves_too_few(session, crowd):
    first = listing.page(session, Filters(), size=4)
    second = listing.page(session, Filters(), size=4, cursor=first.next)
    back = listing.page(session, Filters(), size=6, cursor=second.previous)
    assert len(back.rows) == 6
    assert back.first


def test_counts_stop_at_a_thousand(session, crowd):
    assert str(listing.Count(1000, more=True)) == "1,000+"
    assert str(listing.count(session, listing.page(session, Filters(), size=4))) == "21"


def test_the_views_are_counted(session, crowd):
    counts = listing.KeptCounts().all(session)
    assert {name: str(count) for name, count in counts.items()} == {
        "all": "21",
        "credit": "10",
        "below": "6",
        "bounces": "1",
        "archived": "2",
    }


def test_more_than_a_thousand_is_kept_for_a_minute_and_fewer_for_moments(session, crowd):
    kept = listing.KeptCounts()
    all_customers = next(view for view in listing.VIEWS if view.key == "all")
    assert str(kept.of(session, all_customers)) == "21"
    kept._kept["all"] = (0.0, listing.Count(1))
    assert str(kept.of(session, all_customers)) == "21"
    kept._kept["all"] = (float("inf"), listing.Count(1000, more=True))
    assert str(kept.all(session)["all"]) == "1,000+"


def test_where_very_many_names_begin_with_the_line_they_come_in_their_order_and_then_the_others(session):
    entity, _ = factories.entity(session)
    names = ["The old Oaktree", *(f"Oaktree {number:03}" for number in reversed(range(260))), "Oaktree"]
    search.index(session, [factories.customer(session, entity, name=name).id for name in names])
    pages, cursor = [], ""
    while not pages or cursor:
        page = listing.page(session, Filters(q="oaktree"), size=100, cursor=cursor)
        pages.append([row.name for row in page.rows])
        cursor = page.next
    found = [name for page in pages for name in page]
    assert found == ["Oaktree", *(f"Oaktree {number:03}" for number in range(260)), "The old Oaktree"]
    assert str(listing.count(session, page)) == "262"
    last = listing.page(session, Filters(q="oaktree"), size=100, cursor="last")
    assert [row.name for row in last.rows] == found[-100:]
    by_name = listing.page(session, Filters(q="oaktree"), size=100, sort="-name")
    assert by_name.rows[0].name == "The old Oaktree"


def test_the_close_setting_reads_the_rest_of_a_page_at_once(session, crowd, database):
    first, second = crowd[1], crowd[2]
    session.add(TaxId(customer_id=first.id, kind="eu_vat", value="DE136695976"))
    session.flush()
    session.add(TaxId(customer_id=first.id, kind="ch_vat", value="CHE116281710MWST"))
    for number, removed in enumerate((None, None, START)):
        address = f"p{number}@x.example"
        session.add(Contact(customer_id=second.id, email=address, email_key=address, removed_at=removed))
    session.flush()
    page = listing.page(session, Filters(), sort="external_id", size=30)
    asked: list[str] = []
    note = lambda connection, cursor, statement, *rest: asked.append(statement)  # noqa: E731
    event.listen(database.engine, "before_cursor_execute", note)
    details = listing.details(session, [row.id for row in page.rows])
    event.remove(database.engine, "before_cursor_execute", note)
    assert len(asked) == 1
    found = dict(zip([row.name for row in page.rows], details, strict=True))
    assert found[first.name] == ("eu_vat", "DE136695976", 2, 1, START + timedelta(days=1))
    assert found[second.name] == (None, None, 0, 3, START + timedelta(days=2))
    assert found[crowd[0].name].contacts == 0
    assert listing.details(session, []) == []
