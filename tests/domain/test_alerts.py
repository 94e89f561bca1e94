"""Told below an amount: once for each fall, by however many workers, and again only after a rise."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.db import Database
from portal.domain import wallets
from portal.domain.activity import acts
from portal.domain.activity.events import Reader
from portal.domain.letters import LETTERS
from portal.domain.wallets import alerts
from portal.model import AuditEvent, EmailMessage, Wallet
from portal.values import clock, money
from portal.worker import wallet_job


@pytest.fixture
def wallet(database, cast) -> Wallet:
    with database.writing() as session:
        made = wallets.open(session, cast.own, "EUR", by=cast.operator())
        wallets.adjust(session, made, 100_000, reason="top_up", key="first", by=cast.operator())
    return made


@pytest.fixture
def adjust(database, wallet, cast):
    keys = iter(range(1000))

    def act(amount: int):
        with database.writing() as session:
            why = "top_up" if amount > 0 else "service_delivered"
            wallets.adjust(session, session.get_one(Wallet, wallet.id), amount, reason=why, key=f"a{next(keys)}", by=cast.operator())

    return act


@pytest.fixture
def choose(database, wallet, cast):
    def act(threshold):
        with database.writing() as session:
            alerts.set_threshold(session, session.get_one(Wallet, wallet.id), threshold, by=cast.person("owner"))

    return act


def look(database) -> int:
    return wallet_job.tell_low(database, clock.now())


def told(database) -> list[EmailMessage]:
    with database.reading() as session:
        return list(session.scalars(select(EmailMessage).where(EmailMessage.letter == "low_balance").order_by(EmailMessage.created_at)))


def test_it_is_told_once_when_the_balance_falls_below(database, adjust, choose):
    choose(50_000)
    adjust(-50_000)
    assert look(database) == 0  # at it is not below it
    adjust(-1)
    assert look(database) == 1
    adjust(-10_000)
    assert look(database) == 0
    (letter,) = told(database)
    assert (letter.facts["balance"], letter.facts["threshold"]) == (49_999, 50_000)
    assert set(LETTERS["low_balance"].sample) == set(letter.facts)


def test_it_is_told_again_after_it_rose_and_fell_once_more(database, adjust, choose):
    choose(50_000)
    for _ in range(3):
        adjust(-60_000)
        look(database)
        look(database)
        adjust(+60_000)
        look(database)
    assert len(told(database)) == 3


def test_a_rise_that_stays_below_is_no_rise(database, adjust, choose):
    choose(50_000)
    adjust(-60_000)
    look(database)
    adjust(5_000)
    look(database)
    adjust(-5_000)
    look(database)
    assert len(told(database)) == 1


def test_a_threshold_above_the_balance_waits_for_the_next_fall(database, adjust, choose):
    choose(150_000)
    assert look(database) == 0
    adjust(60_000)
    look(database)
    adjust(-60_000)
    look(database)
    assert len(told(database)) == 1


def test_a_lower_threshold_is_told_when_that_is_reached_too(database, adjust, choose):
    choose(50_000)
    adjust(-60_000)
    look(database)
    choose(30_000)
    assert look(database) == 0
    adjust(-20_000)
    look(database)
    assert [letter.facts["threshold"] for letter in told(database)] == [50_000, 30_000]


def test_nobody_is_told_once_it_is_taken_away(database, adjust, choose):
    choose(50_000)
    choose(None)
    adjust(-90_000)
    assert look(database) == 0


def test_clocks_that_jump_tell_nothing_twice(database, adjust, choose):
    choose(50_000)
    adjust(-60_000)
    now = clock.now()
    for days in (1, -1, 0, 5, -5):
        with clock.frozen(now + timedelta(days=days)):
            look(database)
    assert len(told(database)) == 1


def test_workers_that_race_tell_once(database, adjust, choose):
    choose(50_000)
    adjust(-60_000)
    url = database.url.render_as_string(hide_password=False)

    def work():
        with Database(url, pool_size=2) as own:
            look(own)

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(told(database)) == 1


@pytest.mark.parametrize(
    ("threshold", "refusal", "words"),
    [
        (0, alerts.NeverReached, "The balance never goes below 0.00 EUR: an amount above that is needed."),
        (-1, alerts.BelowZero, "Write the amount without a minus: zero is the lowest."),
        (money.MAX_MINOR + 1, alerts.TooMuch, "A wallet holds at most 10,000,000,000,000.00 EUR."),
    ],
)
def test_amounts_that_make_no_sense_are_refused_at_the_field(session, wallet, cast, threshold, refusal, words):
    with pytest.raises(refusal) as raised:
        alerts.set_threshold(session, session.get_one(Wallet, wallet.id), threshold, by=cast.person("owner"))
    assert (str(raised.value), raised.value.field) == (words, "low_balance")


def test_zero_can_be_chosen_where_the_balance_may_go_below_it(session, wallet, cast):
    held = session.get_one(Wallet, wallet.id)
    wallets.set_floor(session, held, -10_000, by=cast.operator())
    assert alerts.set_threshold(session, held, 0, by=cast.person("owner")).low_balance == 0


def test_a_closed_wallet_has_nothing_to_watch(session, cast):
    made = wallets.open(session, cast.own, "USD", by=cast.operator())
    wallets.set_status(session, made, "closed", reason="Not needed", by=cast.operator())
    with pytest.raises(alerts.NothingToWatch):
        alerts.set_threshold(session, made, 100, by=cast.person("owner"))


def test_the_record_says_what_it_was_and_is(database, choose):
    choose(50_000)
    choose(50_000)
    choose(20_000)
    with database.reading() as session:
        events = session.scalars(select(AuditEvent).where(AuditEvent.action == "wallet.threshold_changed").order_by(AuditEvent.id)).all()
    assert [event.changes["low_balance"] for event in events] == [[None, "500.00"], ["500.00", "200.00"]]
    told = acts.tell(events[1], Reader(locale="en", time_zone="UTC", house="Northwind"))
    assert "".join(part.text for part in told.sentence) == "Marta Grünwald changed when to be told of a low balance in the EUR wallet"
    assert [(line.name, line.before, line.after) for line in told.changes] == [("Told below", "500.00 EUR", "200.00 EUR")]
