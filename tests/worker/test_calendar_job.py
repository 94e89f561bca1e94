"""The mail that comes by the calendar, made by the worker: once, by however many workers, and a fault stops nobody else."""

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from portal.domain import communications, statement_mail, wallets
from portal.domain.communications import choose_daily
from portal.model import EmailMessage, Sender, StatementMonth, WalletDigest
from portal.values import clock, ids
from portal.worker import calendar_job

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
TOMORROW = NOW + timedelta(days=1)


@pytest.fixture
def moved(database, cast):
    """Owners of two customers who chose once a day, and a movement at each."""
    with database.writing() as session, clock.frozen(NOW):
        for customer, contact in ((cast.own, cast.own_contacts["owner"]), (cast.neighbour, cast.neighbour_contacts["owner"])):
            wallet = wallets.open(session, session.merge(customer), "EUR", by=cast.operator())
            choose_daily(session, session.merge(contact), True, how="form", by=cast.operator())
            wallets.adjust(session, wallet, 100, reason="goodwill", key=str(ids.new_id()), by=cast.operator())


def count(database, letter: str) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).where(EmailMessage.letter == letter))


def test_the_letters_of_the_day_are_made_once(database, moved):
    with clock.frozen(NOW):
        assert not calendar_job.daily(database)
    with clock.frozen(TOMORROW):
        assert calendar_job.daily(database)
        assert not calendar_job.daily(database)
    assert count(database, "wallet_digest") == 2


def test_several_workers_make_each_letter_once(database, moved):
    with clock.frozen(TOMORROW):
        workers = [threading.Thread(target=calendar_job.daily, args=(database,)) for _ in range(4)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
    assert count(database, "wallet_digest") == 2


def test_one_that_cannot_be_made_stops_nobody_and_is_made_later(database, moved, cast):
    with database.writing() as session:
        broken = session.get_one(WalletDigest, cast.own_contacts["owner"].id)
        wallet = wallets.of_customer(session, cast.own.id)[0]
        broken.read_to = {str(wallet.id): "no number"}
    with clock.frozen(TOMORROW):
        assert calendar_job.daily(database)
        assert count(database, "wallet_digest") == 1
        with database.writing() as session:
            session.get_one(WalletDigest, cast.own_contacts["owner"].id).read_to = {}
        assert calendar_job.daily(database)
    assert count(database, "wallet_digest") == 2


def test_without_a_sender_it_waits(database, moved):
    with database.writing() as session:
        sender = session.scalars(select(Sender)).one()
        sender.is_default = False
    with clock.frozen(TOMORROW):
        assert not calendar_job.daily(database)
        with database.writing() as session:
            session.scalars(select(Sender)).one().is_default = True
        assert calendar_job.daily(database)


def test_the_statements_of_a_month_are_made_once_its_over_and_never_again(database, cast):
    with database.writing() as session, clock.frozen(datetime(2026, 10, 3, tzinfo=UTC)):
        contact = session.merge(cast.own_contacts["owner"])
        communications.choose(session, contact, {"statements": True}, how="form", by=cast.operator())
        wallet = wallets.open(session, session.merge(cast.own), "EUR", by=cast.operator())
        wallets.adjust(session, wallet, 100, reason="goodwill", key=str(ids.new_id()), by=cast.operator())
    with clock.frozen(datetime(2026, 10, 31, 22, 59, tzinfo=UTC)):
        assert statement_mail.months(clock.now()) == [date(2026, 10, 1)]
        assert not calendar_job.monthly(database)
        with database.reading() as session:
            assert session.scalar(select(func.count()).select_from(StatementMonth)) == 0
    with clock.frozen(datetime(2026, 10, 31, 23, 1, tzinfo=UTC)):
        assert calendar_job.monthly(database)
        assert not calendar_job.monthly(database)
    assert count(database, "statement_ready") == 1
