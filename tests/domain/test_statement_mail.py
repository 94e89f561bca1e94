"""Statements by schedule: when, to whom, once; and what the letter says."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from portal.domain import communications, mail_log, statement_mail, statements, wallets
from portal.model import EmailMessage, Statement
from portal.values import clock, ids

OCTOBER = date(2026, 10, 1)
MIDDLE = datetime(2026, 10, 12, 10, tzinfo=UTC)
OVER = datetime(2026, 10, 31, 23, tzinfo=UTC)  # midnight in Berlin


@pytest.fixture
def customer(session, cast):
    customer = session.merge(cast.own)
    customer.time_zone = "Europe/Berlin"
    return customer


@pytest.fixture
def reader(session, cast, customer):
    """The billing manager, who chose to get statements in September."""
    contact = session.merge(cast.own_contacts["billing_manager"])
    with clock.frozen(datetime(2026, 9, 3, tzinfo=UTC)):
        communications.choose(session, contact, {"statements": True}, how="form", by=cast.operator())
    return contact


@pytest.fixture
def wallet(session, cast, customer):
    with clock.frozen(datetime(2026, 9, 20, tzinfo=UTC)):
        wallet = wallets.open(session, customer, "EUR", by=cast.operator())
        wallets.adjust(session, wallet, 41_000, reason="goodwill", key=str(ids.new_id()), by=cast.operator())
    with clock.frozen(MIDDLE):
        wallets.adjust(session, wallet, 1_299, reason="goodwill", key=str(ids.new_id()), by=cast.operator())
    return wallet


def make(session, cast, customer, at=OVER, month=OCTOBER) -> int:
    with clock.frozen(at):
        return statement_mail.make(session, customer.id, month, now=at, by=cast.operator())


def letters(session) -> list[EmailMessage]:
    return list(session.scalars(select(EmailMessage).where(EmailMessage.letter == "statement_ready").order_by(EmailMessage.id)))


def test_the_letter_has_the_balances_and_a_code_that_checks(session, cast, customer, reader, wallet):
    assert make(session, cast, customer) == 1
    (letter,) = letters(session)
    facts = letter.facts
    assert (facts["opening"], facts["movement"], facts["closing"], facts["entries"]) == (41_000, 1_299, 42_299, 1)
    statement = statements.by_code(session, facts["statement_code"])
    assert letter.links["open_statement"] == {"purpose": "statement", "target": f"/account/statements/{statement.id}"}
    assert statements.check(session, statement).holds
    assert (letter.to_address, letter.topic) == (reader.email, "statements")
    read = mail_log.reread(session, letter, public_url="https://portal.example")
    assert read.subject == "Your statement, 1 Oct 2026 to 31 Oct 2026"
    assert facts["statement_code"] in read.text


def test_it_is_made_when_the_month_is_over_where_the_customer_is_and_once(session, cast, customer, reader, wallet):
    assert make(session, cast, customer, OVER - timedelta(seconds=1)) == 0
    assert statement_mail.waiting(session, OCTOBER, limit=5) == [customer.id]
    assert make(session, cast, customer) == 1
    assert statement_mail.waiting(session, OCTOBER, limit=5) == []
    assert make(session, cast, customer, OVER + timedelta(days=1)) == 0
    assert len(letters(session)) == 1


def test_nobody_who_did_not_choose_it_gets_one(session, cast, customer, wallet):
    assert statement_mail.waiting(session, OCTOBER, limit=5) == []
    assert make(session, cast, customer) == 0
    assert session.scalars(select(Statement)).all() == []


def test_whoever_chose_it_after_the_month_gets_the_next(session, cast, customer, wallet):
    contact = session.merge(cast.own_contacts["viewer"])
    with clock.frozen(OVER + timedelta(days=2)):
        communications.choose(session, contact, {"statements": True}, how="form", by=cast.operator())
    assert make(session, cast, customer, OVER + timedelta(days=2)) == 0
    november = datetime(2026, 11, 30, 23, 5, tzinfo=UTC)
    assert make(session, cast, customer, november, date(2026, 11, 1)) == 1


def test_a_wallet_without_entries_and_money_has_none_and_one_with_money_has(session, cast, customer, reader):
    with clock.frozen(datetime(2026, 9, 20, tzinfo=UTC)):
        wallets.open(session, customer, "JPY", by=cast.operator())
        kept = wallets.open(session, customer, "USD", by=cast.operator())
        wallets.adjust(session, kept, 500, reason="goodwill", key=str(ids.new_id()), by=cast.operator())
    assert make(session, cast, customer) == 1
    assert [(one.facts["currency"], one.facts["entries"]) for one in letters(session)] == [("USD", 0)]


def test_the_master_switch_holds_it_back(session, cast, customer, reader, wallet):
    communications.set_communications(session, customer, False, by=cast.operator())
    assert make(session, cast, customer) == 0


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (datetime(2026, 10, 31, 9, tzinfo=UTC), []),
        (datetime(2026, 10, 31, 10, tzinfo=UTC), [date(2026, 10, 1)]),
        (datetime(2026, 11, 10, 23, tzinfo=UTC), [date(2026, 10, 1)]),
        (datetime(2026, 11, 11, 1, tzinfo=UTC), []),
        (datetime(2027, 1, 1, 5, tzinfo=UTC), [date(2026, 12, 1)]),
    ],
)
def test_the_months_that_are_looked_at(now, expected):
    assert statement_mail.months(now) == expected
