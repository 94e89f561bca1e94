"""A wallet as of any moment of the reader's own zone, and the story of each entry."""

from datetime import UTC, datetime, timedelta

import pytest

from portal.domain import ledger, wallets
from portal.model import Contact, Customer, Wallet
from portal.values import clock, ids

NOW = datetime(2026, 11, 20, 9, 14, tzinfo=UTC)


@pytest.fixture(autouse=True)
def today():
    with clock.frozen(NOW) as at:
        yield at


@pytest.fixture
def history(database, cast) -> dict[str, str]:
    """A wallet in Berlin with entries around the night in which the clocks were put back; their ids by key."""
    by = cast.operator()
    entries = {}
    with database.writing() as session:
        customer = session.get_one(Customer, cast.own.id)
        customer.time_zone = "Europe/Berlin"
        with clock.frozen(NOW - timedelta(days=60)):
            wallet = wallets.open(session, customer, "EUR", by=by)
        for key, at, amount, more in (
            ("top-up", datetime(2026, 10, 1, 10, tzinfo=UTC), 250_000, {"reference": "GJP 8812", "note": "Hush"}),
            ("first", datetime(2026, 10, 25, 0, 30, tzinfo=UTC), -10_000, {"reference": "INV-1"}),
            ("second", datetime(2026, 10, 25, 1, 30, tzinfo=UTC), -20_000, {"reference": "INV-2"}),
            ("gift", datetime(2026, 11, 2, 11, 0, 30, tzinfo=UTC), 2_500, {"reason": "goodwill", "expires_at": NOW + timedelta(days=40)}),
            ("spend", datetime(2026, 11, 16, 9, tzinfo=UTC), -130_725, {"reference": "INV-1107", "note": "Hush"}),
        ):
            reason = more.pop("reason", "top_up" if amount > 0 else "invoice_settlement")
            with clock.frozen(at):
                posting = ledger.post(session, wallet.id, amount, reason=reason, key_scope="test", key=key, by=by, **more)
            entries[key] = str(posting.entry.id)
        entries["wallet"] = str(wallet.id)
    return entries


@pytest.fixture
def url(history) -> str:
    return f"/account/wallets/{history['wallet']}"


@pytest.mark.parametrize(
    ("at", "balance"),
    [
        ("2026-10-01T11:59", "0.00"),
        ("2026-10-01T12:00", "2,500.00"),
        ("2026-10-25T02:30+02:00", "2,400.00"),
        ("2026-10-25T02:30+01:00", "2,200.00"),
        ("2026-11-02T12:00", "2,225.00"),  # the minute to its end: the entry of 12:00:30 is in it
        ("2026-11-02T12:00:29", "2,200.00"),
        ("2026-11-02 12:00", "2,225.00"),
        ("2026-11-01", "2,200.00"),
        ("2026-11-20", "917.75"),
        ("2026-11-16T09:00Z", "917.75"),
    ],
)
def test_the_balance_is_that_of_the_moment(client, url, at, balance):
    page = client.as_person("viewer").get(url, query_string={"at": at})
    assert f"{balance} EUR" in page.text
    assert page.h1 == "Your store credit in EUR, as it stood"
    assert page.find_all("a", href=url), "the way back to now"


def test_then_is_marked_with_what_came_since(client, url):
    page = client.as_person().get(url, query_string={"at": "2026-11-01T12:00"})
    for words in (
        "This is how it stood on 1 Nov 2026, 12:00, in Europe/Berlin.",
        "2 entries have come since; now it is 917.75 EUR.",
        "Back to now",
    ):
        assert words in page.text
    for words in ("INV-1107", "When the balance is low", "Over time"):
        assert words not in page.text
    assert "Your credit was one sum" in page.text
    assert "Nothing has changed since." in client.as_person().get(url, query_string={"at": "2026-11-20"}).text


def test_fields_of_the_form_become_an_address(client, url):
    answer = client.as_person().get(url, query_string={"day": "2026-11-01", "time": "12:00"}, status=303)
    assert answer.location == f"{url}?at=2026-11-01T12:00"
    assert client.as_person().get(url, query_string={"day": "2026-11-01", "time": ""}, status=303).location == f"{url}?at=2026-11-01"
    part = client.as_person().get(url, query_string={"day": "2026-11-01", "time": "12:00"}, htmx=True)
    assert part.response.headers["HX-Push-Url"] == f"{url}?at=2026-11-01T12:00"
    assert "2,200.00 EUR" in part.text
    assert client.as_person().get(url, query_string={"day": "", "time": ""}).h1 == "Your store credit in EUR"


def test_an_hour_that_was_twice_says_so_and_offers_the_other(client, url):
    person = client.as_person()
    page = person.get(url, query_string={"at": "2026-10-25T02:30"})
    assert "showed 02:30 twice on that day" in page.text
    assert "2,200.00 EUR" in page.text
    first = next(link.get("href") for link in page.find_all("a") if "".join(link.itertext()) == "Show the first time")
    assert "2,400.00 EUR" in person.get(first).text


def test_an_hour_that_never_was_says_so(client, database, cast, url):
    with clock.frozen(datetime(2027, 4, 1, tzinfo=UTC)):
        page = client.as_person().get(url, query_string={"at": "2027-03-28T02:30"})
    assert "There was no 02:30 on that day" in page.text


@pytest.mark.parametrize(
    ("query", "sentence", "field"),
    [
        ({"at": "2026-11-21"}, "This day has not come yet. Today is 20 Nov 2026.", "day"),
        ({"at": "2026-11-20T10:15"}, "This moment has not come yet. It is 20 Nov 2026, 10:14 now.", "day"),
        ({"at": "9999-12-31T23:59"}, "The year 9999 cannot be meant.", "day"),
        ({"at": "0001-01-01"}, "The year 1 cannot be meant.", "day"),
        ({"at": "2026-02-30"}, "“2026-02-30” is not a day", "day"),
        ({"at": "soon"}, "“soon” is not a day", "day"),
        ({"at": "2026-11-01T25:00"}, "“25:00” is not a time", "time"),
        ({"at": "2026-11-01T12:00+99:00"}, "is not a time", "time"),
        ({"day": "", "time": "12:00"}, "A day is missing", "day"),
        ({"at": "<script>"}, "is not a day", "day"),
    ],
)
def test_nonsense_and_the_future_have_their_sentence_at_the_field(client, url, query, sentence, field):
    page = client.as_person().get(url, query_string=query, status=422)
    assert sentence in page.text
    assert page.find("input", id=field).get("aria-invalid") == "true"
    assert page.h1 == "Your store credit in EUR"
    assert "917.75 EUR" in page.text


def test_the_present_minute_is_no_future(client, url):
    assert "917.75 EUR" in client.as_person().get(url, query_string={"at": "2026-11-20T10:14"}).text


def test_before_the_wallet_was_opened_there_was_nothing(client, url):
    page = client.as_person().get(url, query_string={"at": "2020-01-01"})
    assert "The wallet was opened on 21 Sept 2026." in page.text or "The wallet was opened on 21 Sep 2026." in page.text
    assert "No entries until then." in page.text


def test_days_are_those_of_the_reader(client, database, cast, url):
    with database.writing() as session:
        session.get_one(Contact, cast.own_contacts["owner"].id).time_zone = "Pacific/Auckland"
    page = client.as_person().get(url, query_string={"at": "2026-10-01T22:59"})  # 11:59 in Berlin
    assert "0.00 EUR" in page.text
    assert "in Pacific/Auckland" in page.text


def test_older_entries_of_then_keep_the_moment(client, database, cast, history, url):
    with database.writing() as session:
        for n in range(40):
            ledger.post(
                session,
                session.get_one(Wallet, ids.UUID(history["wallet"])).id,
                100,
                reason="goodwill",
                key_scope="t",
                key=str(n),
                by=cast.operator(),
            )
    with clock.frozen(NOW + timedelta(days=2)):
        person = client.as_person()
        page = person.get(url, query_string={"at": "2026-11-20"})
        older = next(link.get("href") for link in page.find_all("a", rel="next"))
        assert "at=2026-11-20" in older
        part = person.get(older, htmx=True)
    assert "GJP 8812" in part.text
    assert not part.find_all("h1")


def test_a_spend_unfolds_into_the_credit_that_paid_it(client, history, url):
    page = client.as_person("viewer").get(f"{url}/entries/{history['spend']}")
    assert page.h1 == "Why −1,307.25 EUR?"
    for words in (
        *("Invoice settlement of 16 Nov 2026, 10:00", "INV-1107", "2,225.00", "917.75", "5 of 5"),
        *("Goodwill of 2 Nov 2026", "−25.00", "Spent first: it ends on 30 Dec 2026, before the others."),
        *(
            "Top-up of 1 Oct 2026",
            "−1,282.25",
            "Left of it before",
            "2,200.00",
            "Left of it after",
            "There was no other credit to take from.",
        ),
        "What the balance was made of then",
    ):
        assert words in page.text, words
    assert "Hush" not in page.text
    assert "Owner Operator" not in page.text
    assert page.find_all("a", href=f"{url}/entries/{history['gift']}")
    assert page.find_all("a", href=f"{url}/entries/{history['top-up']}")


def test_added_credit_tells_what_became_of_it(client, history, url):
    page = client.as_person().get(f"{url}/entries/{history['top-up']}")
    for words in (
        "What became of it",
        "Paid credit, without an end",
        "+2,500.00",
        "25 Oct 2026, INV-1",
        "2,400.00 left",
        "This is what is left of it now.",
    ):
        assert words in page.text, words
    assert page.find_all("a", href=f"{url}/entries/{history['spend']}")
    gift = client.as_person().get(f"{url}/entries/{history['gift']}")
    assert "A gift, ends on 30 Dec 2026" in gift.text
    assert "Nothing is left of it." in gift.text


def test_a_reversal_and_what_it_reverses_point_at_each_other(client, database, cast, history, url):
    with database.writing() as session:
        wallet = session.get_one(Wallet, ids.UUID(history["wallet"]))
        spent = wallets.find_entry(session, cast.operator(), cast.own.id, wallet.id, ids.UUID(history["spend"]))
        reversal = wallets.reverse(session, wallet, spent, key="r", by=cast.operator())
        reversal_id = str(reversal.id)
    person = client.as_person()
    assert person.get(f"{url}/entries/{history['spend']}").find_all("a", href=f"{url}/entries/{reversal_id}")
    page = person.get(f"{url}/entries/{reversal_id}")
    assert page.find_all("a", href=f"{url}/entries/{history['spend']}")
    assert "Where it went back to" in page.text
    assert "A reversal goes to the very credit" in page.text


def test_credit_below_zero_is_said_to_be_uncovered(client, database, cast):
    by = cast.operator()
    with database.writing() as session:
        owing = wallets.open(session, session.get_one(Customer, cast.own.id), "USD", by=by)
        wallets.set_floor(session, owing, -50_000, by=by)
        ledger.post(session, owing.id, 5_000, reason="top_up", key_scope="t", key="1", by=by)
        half = ledger.post(session, owing.id, -12_000, reason="service_delivered", key_scope="t", key="2", by=by).entry.id
        whole = ledger.post(session, owing.id, -1_000, reason="service_delivered", key_scope="t", key="3", by=by).entry.id
    person = client.as_person()
    page = person.get(f"/account/wallets/{owing.id}/entries/{half}")
    assert "No credit was left for this part." in page.text
    assert "−70.00" in page.text
    assert "There was no credit to take it from" in person.get(f"/account/wallets/{owing.id}/entries/{whole}").text


def test_a_neighbour_and_nobody_find_no_entry(client, history, url):
    client.as_person(at="neighbour").get(f"{url}/entries/{history['spend']}", status=404)
    client.as_person(at="neighbour").get(url, query_string={"at": "2026-11-01"}, status=404)
    client.as_person().get(f"{url}/entries/{ids.new_id()}", status=404)
    assert "next=" in client.get(f"{url}/entries/{history['spend']}", status=303).location


def test_german_and_japanese_readers_see_their_own_figures(client, database, cast, url):
    for locale, figures in (("de", "917,75 EUR"), ("ja", "917.75 EUR")):
        with database.writing() as session:
            session.get_one(Contact, cast.own_contacts["owner"].id).locale = locale
        assert figures in client.as_person().get(url).text
