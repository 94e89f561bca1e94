"""What a wallet's page says of what is ahead, and choosing when to be told of a low balance."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from portal.domain import wallets
from portal.domain.wallets.forecast import RunOut
from portal.model import Contact, User, Wallet
from portal.values import clock, ids
from portal.web.account.running_out import when

DAY = timedelta(days=1)
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture
def wallet(database, cast) -> Wallet:
    with database.writing() as session:
        made = wallets.open(session, cast.own, "EUR", by=cast.operator())
        wallets.adjust(session, made, 250_000, reason="top_up", key="a", by=cast.operator())
    return made


@pytest.fixture
def path(wallet) -> str:
    return f"/account/wallets/{wallet.id}"


def kept(database, wallet) -> int | None:
    with database.reading() as session:
        return session.get_one(Wallet, wallet.id).low_balance


@pytest.mark.parametrize("role", ["owner", "billing_manager"])
def test_an_amount_is_chosen_on_the_page(client, database, wallet, path, role):
    person = client.as_person(role)
    page = person.get(path)
    assert "Marta Grünwald would get it, once for each fall." in page.text
    after = person.follow(person.submit(page, "/alert", {"low_balance": "1,234.50"}))
    assert kept(database, wallet) == 123_450
    assert "We write when the balance falls below 1,234.50 EUR." in after.text
    assert "told below 1,234.50" in after.text
    assert after.form("/alert")["low_balance"] == "1,234.50"


def test_it_is_undone_by_the_toast(client, database, wallet, path):
    person = client.as_person()
    person.submit(person.get(path), "/alert", {"low_balance": "500"})
    after = person.follow(person.submit(person.get(path), "/alert", {"low_balance": "700"}))
    undo = next(form for form in after.find_all("form") if any("Undo" in "".join(button.itertext()) for button in form.iter("button")))
    person.post(undo.get("action"), {field.get("name"): field.get("value") for field in undo.iter("input")})
    assert kept(database, wallet) == 50_000


def test_nothing_typed_takes_it_away(client, database, wallet, path):
    person = client.as_person()
    person.submit(person.get(path), "/alert", {"low_balance": "500"})
    after = person.follow(person.submit(person.get(path), "/alert", {"low_balance": " "}))
    assert kept(database, wallet) is None
    assert "Nobody is told of a low balance any more." in after.text
    after = person.follow(person.submit(after, "/alert", {"low_balance": ""}))
    assert "Nothing has changed." in after.text


def test_one_above_the_balance_says_what_that_means(client, path):
    person = client.as_person()
    after = person.follow(person.submit(person.get(path), "/alert", {"low_balance": "9,000.00"}))
    assert "It is below that now: the next fall is the first we write about." in after.text


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("0", "The balance never goes below 0.00 EUR: an amount above that is needed."),
        ("-5", "Write the amount without a minus: zero is the lowest."),
        ("1.234,50", "write 1,234.50 or 1234.50."),
        ("12.345", "EUR has two decimals: 12.34."),
        ("１２", "Write the amount with the digits 0 to 9"),
        ("1e400", "is not an amount"),
        ("NaN", "is not an amount"),
        ("<b>", "is not an amount"),
        ("10000000000000.01", "beyond what a wallet holds"),
    ],
)
def test_what_cannot_be_is_said_at_the_field_and_kept(client, database, wallet, path, typed, words):
    person = client.as_person()
    page = person.submit(person.get(path), "/alert", {"low_balance": typed}, status=422)
    assert words in page.text
    assert page.find("input", name="low_balance").get("aria-invalid") == "true"
    assert page.form("/alert")["low_balance"] == typed
    assert kept(database, wallet) is None


def test_amounts_are_read_and_written_as_the_reader_writes_them(client, database, wallet, path, cast):
    with database.writing() as session:
        session.get_one(Contact, cast.own_contacts["owner"].id).locale = "de"
        session.get_one(User, cast.own_contacts["owner"].user_id).locale = "de"
    person = client.as_person()
    after = person.follow(person.submit(person.get(path), "/alert", {"low_balance": "1.234,50"}))
    assert kept(database, wallet) == 123_450
    assert "1.234,50" in after.text
    page = person.post(f"{path}/alert", {"low_balance": "0"}, status=422)
    assert "The balance never goes below 0,00 EUR" in page.text


def test_the_form_can_be_loaded_by_itself(client, path):
    page = client.as_person().get(f"{path}/alert")
    assert page.h1 == "When the balance is low"
    assert page.form("/alert")["low_balance"] == ""


def test_a_viewer_reads_it_and_cannot_choose(client, path):
    client.as_person("owner").post(f"{path}/alert", {"low_balance": "500"})
    viewer = client.as_person("viewer")
    page = viewer.get(path)
    assert "Marta Grünwald gets a mail when the balance falls below 500.00 EUR." in page.text
    assert not [form for form in page.find_all("form") if "/alert" in (form.get("action") or "")]
    viewer.get(f"{path}/alert", status=403)
    viewer.post(f"{path}/alert", {"low_balance": "100"}, status=403)


def test_a_neighbour_finds_nothing(client, database, wallet, path):
    neighbour = client.as_person(at="neighbour")
    neighbour.get(f"{path}/alert", status=404)
    neighbour.post(f"{path}/alert", {"low_balance": "100"}, status=404)
    neighbour.post(f"/account/wallets/{ids.new_id()}/alert", {"low_balance": "100"}, status=404)
    assert kept(database, wallet) is None


def test_nobody_signed_in_changes_nothing(client, database, wallet, path):
    assert client.post(f"{path}/alert", {"low_balance": "100"}).location.startswith("/sign-in")
    assert kept(database, wallet) is None


def test_a_closed_wallet_offers_no_choice(client, database, cast):
    with database.writing() as session:
        closed = wallets.open(session, cast.own, "USD", by=cast.operator())
        wallets.set_status(session, closed, "closed", reason="Not needed", by=cast.operator())
    person = client.as_person()
    assert "What is ahead" not in person.get(f"/account/wallets/{closed.id}").text
    page = person.post(f"/account/wallets/{closed.id}/alert", {"low_balance": "5"}, status=422)
    assert "This wallet is closed: its balance cannot fall." in page.text


def test_credit_that_ends_soon_is_listed_and_a_frozen_wallet_says_that_it_waits(client, database, wallet, path, cast):
    now = clock.now()
    with database.writing() as session:
        held = session.get_one(Wallet, wallet.id)
        wallets.adjust(session, held, 2_500, reason="goodwill", key="b", expires_at=now + 5 * DAY, by=cast.operator())
        wallets.adjust(session, held, 999_00, reason="goodwill", key="c", expires_at=now + 300 * DAY, by=cast.operator())
    page = client.as_person("viewer").get(path)
    ahead = page.find("div", id="ahead")
    words = " ".join("".join(ahead.itertext()).split())
    assert "Ends on" in words
    assert "25.00" in words
    assert "999.00" not in words
    with database.writing() as session:
        wallets.set_status(session, session.get_one(Wallet, wallet.id), "frozen", reason="Looked into", by=cast.operator())
    with clock.frozen(now + 6 * DAY):
        page = client.as_person("viewer").get(path)
    assert "Was to end on" in page.text
    assert "Nothing ends while the wallet is frozen. What is past its day ends when it is opened again." in page.text


def test_even_use_is_told_on_with_what_it_rests_on(client, database, wallet, path, cast):
    start = clock.now()
    with database.writing() as session:
        made = wallets.open(session, cast.own, "JPY", by=cast.operator())
        with clock.frozen(start - 60 * DAY):
            wallets.adjust(session, made, 60_000, reason="top_up", key="first", by=cast.operator())
        for n in range(29, -1, -1):
            with clock.frozen(start - 2 * n * DAY - timedelta(hours=5)):
                wallets.adjust(session, made, -1_000, reason="service_delivered", key=f"u{n}", by=cast.operator())
    page = client.as_person("viewer").get(f"/account/wallets/{made.id}")
    assert "at the rate of the last 60 days." in page.text
    assert "30,000 JPY used in 30 entries since" in page.text
    assert "at the rate" not in client.as_person("viewer").get(path).text


def run_out(early: datetime, late: datetime) -> RunOut:
    return RunOut(early, late, early, 90, 30, 1_000, unspent=False)


@pytest.mark.parametrize(
    ("early", "late", "words"),
    [
        ((2027, 2, 11), (2027, 2, 20), "about the middle of February 2027"),
        ((2026, 12, 1), (2026, 12, 10), "about the beginning of December"),
        ((2026, 12, 21), (2026, 12, 31), "about the end of December"),
        ((2026, 12, 5), (2026, 12, 20), "in December"),
        ((2026, 12, 25), (2027, 1, 3), "in December 2026 or January 2027"),
        ((2027, 1, 25), (2027, 2, 3), "in January or February 2027"),
        ((2026, 12, 25), (2027, 3, 3), "between December 2026 and March 2027"),
        ((2026, 11, 25), (2026, 11, 29), "within a week"),
    ],
)
def test_the_range_is_said_as_a_person_would(early, late, words):
    now = datetime(2026, 11, 23, 9, tzinfo=BERLIN)
    found = run_out(datetime(*early, 12, tzinfo=BERLIN), datetime(*late, 12, tzinfo=BERLIN))
    assert when(found, now=now, zone="Europe/Berlin") == words
