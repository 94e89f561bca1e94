"""The worker looks after wallets: all of it in one round, cheap when there is nothing, sound when something fails."""

from datetime import timedelta

import pytest
from sqlalchemy import event, select
from sqlalchemy.exc import OperationalError

from portal.domain import idempotency, wallets
from portal.domain.wallets import alerts
from portal.model import EmailMessage, IdempotencyKey, Sender, Wallet
from portal.values import clock
from portal.worker import loop, wallet_job
from portal.worker.schedule import Every

DAY = timedelta(days=1)


@pytest.fixture
def wallet(database, cast) -> Wallet:
    """A wallet with a gift that ends in 60 days; its people are told below 100.00."""
    with database.writing() as session:
        made = wallets.open(session, cast.own, "EUR", by=cast.operator())
        wallets.adjust(session, made, 9_000, reason="top_up", key="a", by=cast.operator())
        wallets.adjust(session, made, 2_000, reason="goodwill", key="b", expires_at=clock.now() + 60 * DAY, by=cast.operator())
        alerts.set_threshold(session, made, 10_000, by=cast.person("owner"))
    return made


def letters(database) -> list[str]:
    with database.reading() as session:
        return [row.letter for row in session.scalars(select(EmailMessage).order_by(EmailMessage.id)) if row.letter != "wallet_credited"]


def test_credit_is_announced_then_ends_and_the_fall_is_told_in_the_same_round(database, wallet):
    now = clock.now()
    assert wallet_job.run(database) is False
    with clock.frozen(now + 50 * DAY):
        assert wallet_job.run(database) is True
        assert wallet_job.run(database) is False
    with clock.frozen(now + 61 * DAY):
        assert wallet_job.run(database) is True
        assert wallet_job.run(database) is False
    assert letters(database) == ["credit_expiring", "credit_expired", "low_balance"]


def test_a_round_with_nothing_to_do_writes_nothing(database, wallet):
    begun = []
    event.listen(database.engine, "begin", lambda connection: begun.append(connection.get_execution_options().get("writing")))
    assert wallet_job.run(database) is False
    assert wallet_job.forget_keys(database) is False
    assert True not in begun


def test_where_nobody_can_be_written_as_the_round_goes_on_and_tells_later(database, wallet, cast):
    with database.writing() as session:
        wallets.adjust(session, session.get_one(Wallet, wallet.id), -5_000, reason="service_delivered", key="c", by=cast.operator())
        session.get_one(Sender, cast.sender.id).is_default = False
    assert wallet_job.run(database) is False
    with database.writing() as session:
        session.get_one(Sender, cast.sender.id).is_default = True
    assert wallet_job.run(database) is True
    assert letters(database)[-1] == "low_balance"


def test_a_database_that_is_gone_is_no_fault_of_a_wallet(database, monkeypatch):
    gone = OperationalError("BEGIN", None, Exception("gone"))
    gone.connection_invalidated = True

    def act(work):
        raise gone

    monkeypatch.setattr(database, "act", act)
    with pytest.raises(OperationalError):
        wallet_job._act(database, lambda session: None)


def test_keys_are_forgotten_after_thirty_days(database):
    now = clock.now()
    with database.writing() as session:
        for age in range(0, 60, 5):
            session.add(IdempotencyKey(scope="api", key=f"k{age}", request_hash=bytes(32), created_at=now - age * DAY))
    assert wallet_job.forget_keys(database) is True
    with database.reading() as session:
        left = session.scalars(select(IdempotencyKey.key).order_by(IdempotencyKey.created_at.desc())).all()
    assert left == ["k0", "k5", "k10", "k15", "k20", "k25"]


def test_keys_are_forgotten_a_piece_at_a_time(session):
    now = clock.now()
    for n in range(7):
        session.add(IdempotencyKey(scope="api", key=f"k{n}", request_hash=bytes(32), created_at=now - (40 + n) * DAY))
    session.flush()
    assert [idempotency.forget(session, now, limit=3) for _ in range(4)] == [3, 3, 1, 0]


def test_a_job_is_done_once_in_so_many_seconds():
    seconds, done = [0.0], []
    job = Every(10, lambda: bool(done.append(seconds[0])) or True, clock=lambda: seconds[0])
    for at in (0, 1, 9.9, 10, 10.1, 35, 36):
        seconds[0] = at
        job()
    assert done == [0, 10, 35]


def test_a_job_that_fails_is_tried_again_in_its_time():
    seconds, tried = [0.0], []

    def failing():
        tried.append(seconds[0])
        raise RuntimeError

    job = Every(10, failing, clock=lambda: seconds[0])
    with pytest.raises(RuntimeError):
        job()
    seconds[0] = 5
    assert job() is False
    seconds[0] = 10
    with pytest.raises(RuntimeError):
        job()
    assert tried == [0, 10]


def test_the_worker_looks_after_wallets(settings, database, wallet):
    worker = loop.Worker(settings, database)
    with clock.frozen(clock.now() + 61 * DAY):
        worker.step()
    assert "credit_expired" in letters(database)
