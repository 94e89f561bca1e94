"""Credit that will end is told so many days before, once, in one letter a wallet."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.db import Database
from portal.domain import communications, wallets
from portal.domain.letters import LETTERS
from portal.domain.letters.phrases import in_english
from portal.model import BusinessEntity, Contact, CreditGrant, Customer, EmailMessage, Wallet
from portal.values import clock
from portal.worker import wallet_job

DAY = timedelta(days=1)


@pytest.fixture
def wallet(database, cast) -> Wallet:
    with database.writing() as session:
        return wallets.open(session, cast.own, "EUR", by=cast.operator())


@pytest.fixture
def give(database, wallet, cast):
    keys = iter(range(1000))

    def act(amount: int, ends_at, into=None):
        with database.writing() as session:
            held = session.get_one(Wallet, (into or wallet).id)
            wallets.adjust(session, held, amount, reason="goodwill", key=f"g{next(keys)}", expires_at=ends_at, by=cast.operator())
        return ends_at

    return act


def run_at(database, at) -> int:
    with clock.frozen(at):
        return wallet_job.announce(database, clock.now())


def told(database) -> list[EmailMessage]:
    with database.reading() as session:
        return list(session.scalars(select(EmailMessage).where(EmailMessage.letter == "credit_expiring").order_by(EmailMessage.created_at)))


def test_it_is_told_fourteen_days_before_and_once(database, give):
    ends = give(2_500, clock.now() + 60 * DAY)
    assert run_at(database, ends - 14 * DAY - timedelta(seconds=1)) == 0
    assert run_at(database, ends - 14 * DAY) == 1
    assert run_at(database, ends - 13 * DAY) == 0
    (letter,) = told(database)
    assert letter.facts["amount"] == 2_500
    assert set(LETTERS["credit_expiring"].sample) == set(letter.facts)


def test_the_business_entity_says_how_many_days_before(database, give, cast):
    with database.writing() as session:
        session.get_one(BusinessEntity, cast.entity.id).expiry_notice_days = 3
    ends = give(2_500, clock.now() + 60 * DAY)
    assert run_at(database, ends - 4 * DAY) == 0
    assert run_at(database, ends - 3 * DAY) == 1


def test_a_clock_that_jumps_about_announces_nothing_twice_and_nothing_that_is_over(database, give):
    ends = give(100, clock.now() + 60 * DAY)
    for at in (ends - 10 * DAY, ends - 40 * DAY, ends - 11 * DAY, ends + DAY, ends - DAY):
        run_at(database, at)
    assert len(told(database)) == 1
    later = give(200, clock.now() + 90 * DAY)
    assert run_at(database, later + DAY) == 0
    assert len(told(database)) == 1


def test_what_ends_in_the_same_days_stands_in_one_letter(database, give):
    first = give(100, clock.now() + 60 * DAY)
    give(200, first + DAY)
    give(400, first + 30 * DAY)
    assert run_at(database, first - 5 * DAY) == 2
    (letter,) = told(database)
    assert [(in_english(line["what"]), line["amount"]) for line in letter.facts["credits"]] == [("Goodwill", 100), ("Goodwill", 200)]
    assert (letter.facts["before"], letter.facts["after"]) == (700, 400)


def test_many_are_listed_up_to_a_dozen(database, give):
    first = clock.now() + 60 * DAY
    for n in range(20):
        give(10, first + timedelta(minutes=n))
    run_at(database, first - DAY)
    (letter,) = told(database)
    assert len(letter.facts["credits"]) == 12
    assert in_english(letter.facts["credits"][-1]["what"]) == "9 more"
    assert sum(line["amount"] for line in letter.facts["credits"]) == letter.facts["amount"] == 200


def test_credit_whose_own_letter_said_until_when_is_not_announced_on_top(database, give):
    ends = give(100, clock.now() + 5 * DAY)
    assert run_at(database, ends - 4 * DAY) == 1
    assert told(database) == []
    with database.reading() as session:
        grant = session.scalars(select(CreditGrant)).one()
        assert grant.announced_at == grant.granted_at


def test_credit_that_was_given_in_silence_is_announced(database, give, cast):
    with database.writing() as session:
        session.get_one(Customer, cast.own.id).communications = False
    ends = give(100, clock.now() + 5 * DAY)
    with database.writing() as session:
        session.get_one(Customer, cast.own.id).communications = True
    run_at(database, ends - 4 * DAY)
    assert len(told(database)) == 1


def test_credit_that_is_spent_is_not_announced(database, give, wallet, cast):
    ends = give(100, clock.now() + 60 * DAY)
    with database.writing() as session:
        wallets.adjust(session, session.get_one(Wallet, wallet.id), -100, reason="service_delivered", key="s", by=cast.operator())
    assert run_at(database, ends - DAY) == 0


def test_a_frozen_wallet_is_announced_with_what_that_means(database, give, wallet, cast):
    ends = give(100, clock.now() + 60 * DAY)
    with database.writing() as session:
        wallets.set_status(session, session.get_one(Wallet, wallet.id), "frozen", reason="Looked into", by=cast.operator())
    run_at(database, ends - DAY)
    assert told(database)[0].facts["frozen"] is True


def test_everybody_who_gets_wallet_activity_is_told(database, give, cast):
    with database.writing() as session:
        contact = session.get_one(Contact, cast.own_contacts["viewer"].id)
        communications.choose(
            session, contact, {"wallet": True}, how="form", wording={"wallet": "Wallet activity"}, by=cast.person("owner")
        )
    ends = give(100, clock.now() + 60 * DAY)
    run_at(database, ends - DAY)
    assert {letter.to_address for letter in told(database)} == {"marta@gruenwald.example", "vera@gruenwald.example"}


def test_workers_that_race_write_each_credit_into_one_letter(database, give, cast):
    ends = clock.now() + 60 * DAY
    with database.writing() as session:
        other = wallets.open(session, cast.neighbour, "EUR", by=cast.operator())
    for n in range(5):
        give(10 + n, ends)
        give(10 + n, ends, into=other)
    url = database.url.render_as_string(hide_password=False)
    with clock.frozen(ends - DAY):

        def work():
            with Database(url, pool_size=2) as own:
                wallet_job.announce(own, clock.now())

        workers = [threading.Thread(target=work) for _ in range(4)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
    assert sorted(letter.facts["amount"] for letter in told(database)) == [60, 60]
