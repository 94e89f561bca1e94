"""The ledger of a wallet in the console: narrowed by the address, paged, empty in words; its entries one by one; the chart."""

from datetime import UTC, datetime, timedelta

import pytest

from portal.domain import ledger, wallets
from portal.domain.wallets import Series
from portal.model import Wallet
from portal.values import clock, ids
from portal.web import chart

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)


@pytest.fixture
def wallet(database, cast) -> Wallet:
    """A wallet with 1,234.50 EUR by the owner on 1 November, and 30 small deductions by finance on the 2nd."""
    with database.writing() as session:
        made = wallets.open(session, cast.own, "EUR", by=cast.operator())
        with clock.frozen(NOON):
            wallets.adjust(session, made, 123_450, reason="top_up", key="first", customer_text="By bank", by=cast.operator())
        with clock.frozen(NOON + timedelta(days=1)):
            for number in range(30):
                ledger.post(
                    session, made.id, -100 - number, reason="correction", key_scope="test", key=str(number), by=cast.operator("finance")
                )
    return made


@pytest.fixture
def there(cast, wallet) -> str:
    return f"/console/customers/{cast.own.id}/wallets/{wallet.id}"


def chips(page) -> list[str]:
    return ["".join(chip.itertext()).strip() for chip in page.find_all("span", class_="chip")]


def next_of(page) -> str:
    return next(link.get("href") for link in page.find_all("a", rel="next"))


def test_the_address_narrows_and_says_by_what(client, there):
    page = client.as_operator("viewer").get(f"{there}?reason=top_up&min=1%2C000&from=2026-11-01&to=2026-11-01&by=operators&kind=added")
    assert chips(page) == [
        "Kind Added",
        "Reason Top-up",
        "Who Operators",
        "From 1 Nov 2026",
        "Until 1 Nov 2026",
        "Amount from 1,000 EUR",
    ]
    assert "1 entry fits" in page.text
    assert "By bank" in page.text
    assert "Balance today" not in page.text


def test_a_filter_is_taken_away_by_its_cross(client, there):
    viewer = client.as_operator("viewer")
    page = viewer.get(f"{there}?reason=top_up&max=5")
    crosses = [link.get("href") for link in page.find_all("a") if (link.get("aria-label") or "").startswith("Remove the filter")]
    assert [cross.partition("?")[2] for cross in crosses] == ["max=5", "reason=top_up"]


def test_days_are_those_of_the_reader(client, there, database, cast):
    with database.writing() as session:
        session.merge(cast.operators["viewer"], load=False).time_zone = "Pacific/Kiritimati"
    viewer = client.as_operator("viewer")
    assert "1 entry fits" in viewer.get(f"{there}?from=2026-11-02&to=2026-11-02").text
    assert "No entry fits." in viewer.get(f"{there}?from=2026-11-01&to=2026-11-01").text


def test_amounts_are_in_the_notation_of_the_reader(client, there, database, cast):
    with database.writing() as session:
        session.merge(cast.operators["viewer"], load=False).locale = "de"
    viewer = client.as_operator("viewer")
    assert "1 entry fits" in viewer.get(f"{there}?min=1.234,50").text
    assert "are not parted in threes: write 1.234,50" in viewer.get(f"{there}?min=1,234.50").text


def test_who_can_be_one_person(client, there, cast):
    viewer = client.as_operator("viewer")
    page = viewer.get(f"{there}?by={cast.operators['owner'].id}")
    assert chips(page) == ["Who Owner Operator"]
    assert "1 entry fits" in page.text
    offered = [option.get("value") for option in viewer.get(f"{there}?filter=1").find("select", id="f-by").iter("option")]
    assert str(cast.operators["finance"].id) in offered


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("min=lots", "is not an amount"),
        ("min=1e400", "is not an amount"),
        ("min=-5", "Write the amount without a sign"),
        ("min=0.005", "EUR has two decimals"),
        ("min=10&max=5", "This is less than the amount from which entries are looked for."),
        ("from=yesterday", "is not a day"),
        ("from=2026-11-02&to=2026-11-01", "This is before the first day."),
        ("by=me", "is not one of the choices"),
        ("reason=whim", "is not one of the choices"),
        ("kind=odd", "is not one of the choices"),
    ],
)
def test_what_cannot_be_read_narrows_nothing_and_is_said_at_its_field(client, there, query, sentence):
    page = client.as_operator("viewer").get(f"{there}?{query}")
    assert sentence in page.text
    assert page.find_all("form", action=there)


def test_narrowed_pages_keep_their_filters(client, there):
    viewer = client.as_operator("viewer")
    first = viewer.get(f"{there}?reason=correction")
    assert "25 entries fit" in first.text
    older = viewer.get(next_of(first))
    assert chips(older) == ["Reason Correction"]
    assert "5 entries fit" in older.text
    newer = next(link.get("href") for link in older.find_all("a", rel="prev"))
    assert "25 entries fit" in viewer.get(newer).text
    part = viewer.get(next_of(first), htmx=True)
    assert "5 entries fit" in part.text
    assert not part.find_all("h1")


def test_nothing_found_says_what_was_looked_for_and_how_to_find_more(client, there):
    page = client.as_operator("viewer").get(f"{there}?reason=promotion&min=9,999&from=2026-01-01")
    assert "No entry fits." in page.text
    assert "We looked for: Promotion, from 1 Jan 2026, at least 9,999 EUR. We looked through all 31 entries." in page.text
    ways = {"".join(link.itertext()).strip(): link.get("href") for link in page.find_all("a", class_="btn")}
    assert ways["Without the amount"].partition("?")[2] == "reason=promotion&from=2026-01-01"
    assert "?" not in ways["All entries"]


def test_each_entry_leads_to_its_page(client, there):
    viewer = client.as_operator("viewer")
    link = next(link for link in viewer.get(f"{there}?reason=top_up").find_all("a") if "/entries/" in (link.get("href") or ""))
    page = viewer.get(link.get("href"))
    for words in ("0.00", "+1,234.50", "By bank", "Owner Operator", "Cash", "Wallet liability", "Together", "1 of 31", "Fingerprint"):
        assert words in page.text
    assert "Reverse" not in page.text
    assert "Paid" in page.text
    part = viewer.get(link.get("href"), htmx=True)
    assert "Fingerprint" in part.text
    assert not part.find_all("h1")


def test_a_spend_names_the_credit_it_took(client, there, database, wallet):
    with database.reading() as session:
        last = wallets.entries(session, session.get_one(Wallet, wallet.id)).rows[0].id
    page = client.as_operator("viewer").get(f"{there}/entries/{last}")
    assert "Credit it was taken from" in page.text
    assert "The only credit there was, or the last." in page.text


def test_an_entry_is_not_found_elsewhere(client, there, database, wallet, cast):
    with database.writing() as session:
        entry_id = wallets.entries(session, session.get_one(Wallet, wallet.id)).rows[0].id
        other = wallets.open(session, cast.own, "USD", by=cast.operator())
    owner = client.as_operator()
    owner.get(f"/console/customers/{cast.neighbour.id}/wallets/{wallet.id}/entries/{entry_id}", status=404)
    owner.get(f"/console/customers/{cast.own.id}/wallets/{other.id}/entries/{entry_id}", status=404)
    owner.get(f"{there}/entries/{ids.new_id()}", status=404)
    owner.get(f"{there}/entries/nonsense", status=404)
    owner.post(f"{there}/entries/{entry_id}", status=405)


def test_what_is_left_is_listed_with_a_way_to_revoke_it(client, there):
    assert "Revoke" in client.as_operator("finance").get(there).text
    page = client.as_operator("viewer").get(there)
    assert "what is left of 1,234.50" in page.text
    assert not [link for link in page.find_all("a") if "revocation" in link.get("href", "")]


def series(*steps: tuple[float, int]) -> Series:
    points = [(NOON + timedelta(days=days), balance) for days, balance in steps]
    highest = max(points, key=lambda point: point[1])
    return Series(points, highest[1], highest[0], whole=True)


@pytest.mark.parametrize(
    ("last", "words"),
    [
        (100, ["Dec", "2027", "Feb"]),
        (20, ["2 Nov", "9 Nov", "16 Nov"]),
        (3, ["2 Nov", "3 Nov", "4 Nov"]),
        (0.25, ["12:00", "13:00", "14:00", "15:00", "16:00", "17:00", "18:00"]),
        (0.001, ["1 Nov 2026"]),
        (4_000, ["2028", "2030", "2032", "2034", "2036"]),
    ],
)
def test_the_axis_of_the_chart_names_times_that_fit_its_span(last, words):
    drawn = chart.of(series((0, 100), (last / 2, 200), (last, 200)), "EUR", ("en", "UTC"))
    told = [text for _, text in drawn["ticks"]]
    assert told[: len(words)] == words
    assert len(told) <= 7


def test_the_chart_speaks_of_one_day_once_and_writes_large_figures_short():
    drawn = chart.of(series((0, 100), (0.1, 300), (0.2, 200)), "EUR", ("en", "UTC"))
    assert drawn["caption"] == "Balance in EUR, 1 Nov 2026. It was highest on 1 Nov 2026, at 3.00."
    assert [drawn["write"](units) for units in (-2_000, 999_999, 1_500_000, -(10**13))] == ["−2,000", "999,999", "1.5M", "−10T"]
    assert chart.of(series((0, 100), (1, 100)), "EUR", ("de", "UTC")) is None
    assert chart.of(series((0, 100), (1, 100), (2, 100)), "EUR", ("de", "UTC"))["write"](20_000) == "20.000"
