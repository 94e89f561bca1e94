"""A customer's journal entries in the console."""

from datetime import UTC, datetime, timedelta

import pytest

from portal.domain import ledger, wallets
from portal.values import clock, ids

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)


@pytest.fixture
def there(cast) -> str:
    return f"/console/customers/{cast.own.id}/journal"


@pytest.fixture
def posted(database, cast) -> None:
    """30 postings in EUR, one an hour from 1 November on, and one in JPY after them."""
    with database.writing() as session:
        euro, yen = (wallets.open(session, cast.own, code, by=cast.operator()) for code in ("EUR", "JPY"))
        for number in range(30):
            with clock.frozen(NOON + timedelta(hours=number)):
                ledger.post(session, euro.id, 100 + number, reason="goodwill", key_scope="test", key=str(number), by=cast.operator())
        with clock.frozen(NOON + timedelta(days=9)):
            wallets.adjust(session, yen, 1_500, reason="top_up", key="yen", reference="GJP 1", by=cast.operator())


def test_without_postings_the_page_says_what_will_stand_there(client, there):
    assert "Nothing has been posted yet." in client.as_operator("viewer").get(there).text


def test_entries_stand_with_accounts_and_totals_that_balance(client, there, posted):
    viewer = client.as_operator("viewer")
    page = viewer.get(there)
    for words in ("Top-up", "GJP 1", "Cash", "Wallet liability", "Promotional expense", "1,500", "This page, EUR", "This page, JPY"):
        assert words in page.text
    older = next(link.get("href") for link in page.find_all("a", rel="next"))
    last = viewer.get(older)
    assert "6 entries. Debits and credits are equal." in last.text
    assert "JPY" not in "".join(last.find("tfoot").itertext())
    part = viewer.get(older, htmx=True)
    assert "6 entries" in part.text
    assert not part.find_all("h1")


def test_each_entry_leads_to_its_page(client, there, posted):
    viewer = client.as_operator("viewer")
    way = next(link.get("href") for link in viewer.get(there).find_all("a") if "/entries/" in link.get("href", ""))
    assert "GJP 1" in viewer.get(way).text


def test_a_period_is_of_the_reader_s_days(client, there, posted):
    viewer = client.as_operator("viewer")
    page = viewer.get(f"{there}?from=2026-11-10&to=2026-11-10")
    assert "1 entry from 10 Nov 2026 until 10 Nov 2026." in page.text
    assert "Together" in page.text
    assert "Nothing was posted from 11 Nov 2026." in viewer.get(f"{there}?from=2026-11-11").text
    assert "is not a day" in viewer.get(f"{there}?from=soon").text
    assert "This is before the first day." in viewer.get(f"{there}?from=2026-11-10&to=2026-11-09").text


def test_places_that_are_none_are_the_newest_page(client, there, posted):
    viewer = client.as_operator("viewer")
    for before in ("nonsense", ids.new_id()):
        assert "Top-up" in viewer.get(f"{there}?before={before}").text


def test_the_journal_is_not_found_where_there_is_no_customer(client, there):
    owner = client.as_operator()
    owner.get(f"/console/customers/{ids.new_id()}/journal", status=404)
    owner.get("/console/customers/nonsense/journal", status=404)
    owner.post(there, status=405)
    assert client.as_person().http.get(there).status_code in {303, 404}
