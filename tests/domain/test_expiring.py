"""Credit that ends: once, on its day, whatever the clock and other workers do."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from portal.db import Database
from portal.domain import actors, ledger, wallets
from portal.domain.activity import acts
from portal.domain.activity.events import Reader
from portal.domain.wallets import expiring
from portal.model import AuditEvent, CreditGrant, EmailMessage, JournalEntry, Sender, Wallet, WalletEntry
from portal.values import clock
from portal.worker import wallet_job

DAY = timedelta(days=1)
WORKER = actors.system("worker")


@pytest.fixture
def wallet(database, cast) -> Wallet:
    with database.writing() as session:
        made = wallets.open(session, cast.own, "EUR", by=cast.operator())
        wallets.adjust(session, made, 10_000, reason="top_up", key="paid", by=cast.operator())
    return made


@pytest.fixture
def give(database, wallet, cast):
    """Give credit that ends; answer when."""
    keys = iter(range(1000))

    def act(amount: int, ends_at):
        with database.writing() as session:
            key = f"gift-{next(keys)}"
            wallets.adjust(
                session, session.get_one(Wallet, wallet.id), amount, reason="goodwill", key=key, expires_at=ends_at, by=cast.operator()
            )
        return ends_at

    return act


def balance(database, wallet) -> int:
    with database.reading() as session:
        return session.get_one(Wallet, wallet.id).balance


def letters(database, name: str) -> list[EmailMessage]:
    with database.reading() as session:
        return list(session.scalars(select(EmailMessage).where(EmailMessage.letter == name).order_by(EmailMessage.created_at)))


def expiries(database) -> list[WalletEntry]:
    with database.reading() as session:
        found = select(WalletEntry).join(JournalEntry, JournalEntry.id == WalletEntry.journal_entry_id)
        return list(session.scalars(found.where(JournalEntry.reason == "expiry").order_by(WalletEntry.seq)))


def run_at(database, at) -> int:
    with clock.frozen(at):
        return wallet_job.end(database, clock.now())


def test_credit_ends_on_its_moment_and_never_before(database, wallet, give):
    ends = give(2_500, clock.now() + 30 * DAY)
    assert run_at(database, ends - timedelta(microseconds=1)) == 0
    assert balance(database, wallet) == 12_500
    assert run_at(database, ends) == 1
    assert balance(database, wallet) == 10_000
    with database.reading() as session:
        assert ledger.verify(session) == []


def test_a_clock_that_jumps_back_ends_nothing_twice(database, wallet, give):
    ends = give(2_500, clock.now() + 30 * DAY)
    for jump in (DAY, -DAY, DAY, -DAY, 2 * DAY):
        run_at(database, ends + jump)
    assert [entry.amount for entry in expiries(database)] == [-2_500]
    assert len(letters(database, "credit_expired")) == 1


def test_a_clock_that_jumps_ahead_ends_the_late_once_and_says_when_they_ended(database, wallet, give):
    first, second = give(100, clock.now() + 5 * DAY), give(200, clock.now() + 6 * DAY)
    late = second + 40 * DAY
    assert run_at(database, late) == 2
    assert [entry.posted_at for entry in expiries(database)] == [late, late]
    with database.reading() as session:
        events = session.scalars(select(AuditEvent).where(AuditEvent.action == "wallet.credit_expired").order_by(AuditEvent.id)).all()
    assert [event.facts["expires_at"] for event in events] == [first.isoformat(), second.isoformat()]


def test_only_what_is_left_ends_and_what_is_spent_is_no_expiry(database, wallet, give, cast):
    ends = give(2_500, clock.now() + 30 * DAY)
    with database.writing() as session:
        wallets.adjust(session, session.get_one(Wallet, wallet.id), -2_000, reason="service_delivered", key="s", by=cast.operator())
    run_at(database, ends)
    assert [entry.amount for entry in expiries(database)] == [-500]
    spent = give(700, clock.now() + 30 * DAY)
    with database.writing() as session:
        wallets.adjust(session, session.get_one(Wallet, wallet.id), -700, reason="service_delivered", key="t", by=cast.operator())
    assert run_at(database, spent) == 0


def test_credit_that_ends_together_is_told_in_one_letter(database, wallet, give):
    ends = clock.now() + 30 * DAY
    give(100, ends)
    give(200, ends)
    run_at(database, ends)
    (letter,) = letters(database, "credit_expired")
    assert (letter.facts["before"], letter.facts["amount"], letter.facts["after"]) == (10_300, 300, 10_000)
    assert [line["amount"] for line in letter.facts["credits"]] == [100, 200]
    assert letter.to_address == "marta@gruenwald.example"


def test_a_frozen_wallet_keeps_its_credit_until_it_is_opened_again(database, wallet, give, cast):
    ends = give(2_500, clock.now() + 30 * DAY)
    with database.writing() as session:
        wallets.set_status(session, session.get_one(Wallet, wallet.id), "frozen", reason="Looked into", by=cast.operator())
    assert run_at(database, ends + DAY) == 0
    assert balance(database, wallet) == 12_500
    with database.reading() as session:
        waiting = expiring.Due(ends, session.scalars(select(CreditGrant.id).where(CreditGrant.expires_at.is_not(None))).one(), wallet.id)
    with database.writing() as session, clock.frozen(ends + DAY):  # frozen between the look and the act
        assert expiring.end(session, wallet.id, [waiting], now=clock.now(), by=WORKER) == []
    with database.writing() as session:
        wallets.set_status(session, session.get_one(Wallet, wallet.id), "open", reason="All well", by=cast.operator())
    assert run_at(database, ends + 2 * DAY) == 1
    assert balance(database, wallet) == 10_000


def test_credit_ends_where_there_is_nobody_to_write_as(database, wallet, give, cast):
    ends = give(2_500, clock.now() + 30 * DAY)
    with database.writing() as session:
        session.get_one(Sender, cast.sender.id).is_default = False
    assert run_at(database, ends) == 1
    assert letters(database, "credit_expired") == []


def test_workers_that_race_end_each_credit_once(database, wallet, give):
    ends = clock.now() + 30 * DAY
    for amount in range(1, 21):
        give(amount, ends + timedelta(seconds=amount))
    url = database.url.render_as_string(hide_password=False)
    made: list[int] = []
    with clock.frozen(ends + DAY):

        def work():
            with Database(url, pool_size=2) as own:
                made.append(wallet_job.end(own, clock.now()))

        workers = [threading.Thread(target=work) for _ in range(4)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
    assert sum(made) == 20
    assert sorted(-entry.amount for entry in expiries(database)) == list(range(1, 21))
    assert balance(database, wallet) == 10_000
    with database.reading() as session:
        assert ledger.verify(session) == []
        assert session.scalar(select(func.count()).select_from(AuditEvent).where(AuditEvent.action == "wallet.credit_expired")) == 20
        told = session.scalars(select(EmailMessage.facts).where(EmailMessage.letter == "credit_expired")).all()
    assert sum(facts["amount"] for facts in told) == sum(range(1, 21))


def test_more_than_a_page_ends_in_one_go(database, wallet, give, monkeypatch):
    monkeypatch.setattr(wallet_job, "PAGE", 3)
    ends = clock.now() + 30 * DAY
    for n in range(8):
        give(10 + n, ends if n < 5 else ends + timedelta(seconds=n))
    assert run_at(database, ends + DAY) == 8
    assert balance(database, wallet) == 10_000


def test_one_that_cannot_be_ended_is_written_down_and_stops_nobody(database, wallet, give, cast, monkeypatch):
    ends = give(100, clock.now() + 30 * DAY)
    give(200, ends)
    with database.writing() as session:
        other = wallets.open(session, cast.neighbour, "EUR", by=cast.operator())
        wallets.adjust(session, other, 300, reason="goodwill", key="n", expires_at=ends, by=cast.operator())
        broken = session.scalars(select(CreditGrant.id).where(CreditGrant.amount == 100)).one()
    sound, written = ledger.expire, []

    def expire(session, grant_id, *, at, by):
        if grant_id == broken:
            raise RuntimeError("the books are broken here")
        return sound(session, grant_id, at=at, by=by)

    monkeypatch.setattr(ledger, "expire", expire)
    monkeypatch.setattr(wallet_job.log, "exception", lambda event, **about: written.append(about))
    assert run_at(database, ends) == 2
    assert (balance(database, wallet), balance(database, other)) == (10_100, 0)
    assert {"wallet": str(wallet.id), "grant": str(broken)} in written


def test_the_record_says_it_in_words(database, wallet, give, cast):
    ends = give(2_500, clock.now() + 30 * DAY)
    run_at(database, ends)
    with database.reading() as session:
        event = session.scalars(select(AuditEvent).where(AuditEvent.action == "wallet.credit_expired")).one()
    told = acts.tell(event, Reader(locale="en", time_zone="UTC", house="Northwind"))
    assert "".join(part.text for part in told.sentence) == "Northwind ended 25.00 EUR of credit whose time was over"


def test_what_ends_is_added_up_by_moment(database, wallet, give):
    ends = give(100, clock.now() + 10 * DAY)
    give(200, ends)
    give(400, ends + 60 * DAY)
    with database.reading() as session:
        assert expiring.ahead(session, session.get_one(Wallet, wallet.id), until=clock.now() + 30 * DAY) == [(ends, 300)]
