"""Whoever holds a statement can have it checked: what was changed in the books or in the statement is seen."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from portal.domain import statements
from portal.domain.statements import codes
from portal.values import clock
from tests.domain.statements.conftest import NOW


@pytest.fixture
def issued(session, cast, history, october):
    made = statements.issue(session, history, *october, time_zone="Europe/Berlin", by=cast.person())
    session.flush()
    return made


@pytest.fixture
def by_hand(session, database):
    """Runs raw SQL past the triggers that refuse it."""

    def run(statement: str, **values) -> None:
        if database.dialect == "postgresql":
            session.execute(text("SET session_replication_role = replica"))
            session.execute(text(statement), values)
            session.execute(text("SET session_replication_role = origin"))
        else:
            table = statement.split()[1]
            found = session.execute(
                text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table"), {"table": table}
            )
            triggers = list(found)
            for trigger in triggers:
                session.execute(text(f"DROP TRIGGER {trigger.name}"))
            session.execute(text(statement), values)
            for trigger in triggers:
                session.execute(text(trigger.sql))
        session.expire_all()

    return run


def test_what_was_issued_holds(session, issued):
    assert statements.check(session, issued) == (True, 3)


def test_what_is_posted_afterwards_changes_nothing(session, history, issued, post):
    post(history, NOW, 500)
    assert statements.check(session, issued).holds


@pytest.mark.parametrize("seq", [2, 3, 4, 5])
def test_an_entry_changed_by_hand_is_seen(session, issued, by_hand, seq):
    by_hand(f"UPDATE wallet_entry SET amount = amount + 1, balance_after = balance_after + 1 WHERE seq = {seq}")
    assert not statements.check(session, issued).holds


def test_a_time_changed_by_hand_is_seen(session, issued, by_hand):
    by_hand("UPDATE wallet_entry SET posted_at = (SELECT e.posted_at FROM wallet_entry e WHERE e.seq = 3) WHERE seq = 4")
    assert not statements.check(session, issued).holds


def test_an_entry_taken_out_is_seen(session, issued, by_hand):
    by_hand("UPDATE wallet_entry SET seq = 1004 WHERE seq = 4")
    assert not statements.check(session, issued).holds


def test_a_chain_that_was_written_anew_is_seen(session, issued, by_hand):
    by_hand("UPDATE wallet_entry SET hash = prev_hash WHERE seq = 5")
    assert not statements.check(session, issued).holds


@pytest.mark.parametrize("column", ["opening", "closing"])
def test_a_statement_changed_by_hand_is_seen(session, issued, by_hand, column):
    by_hand(f"UPDATE statement SET {column} = {column} + 1")
    session.refresh(issued)
    assert not statements.check(session, issued).holds


@pytest.mark.parametrize(
    "write",
    [
        str,
        str.lower,
        lambda code: statements.grouped(code),
        lambda code: f"  {code[:7]} {code[7:]} ",
        lambda code: code.replace("0", "o").replace("1", "l"),
    ],
)
def test_a_code_is_found_however_it_is_typed(session, issued, write):
    assert statements.by_code(session, write(issued.code)).id == issued.id


@pytest.mark.parametrize(
    "typed", ["", "-", "7F3K", "U" * 20, "ü" * 20, "' OR 1=1 --", "0" * 21, "\0" * 20, "-" * 20, "0" * 20, "x" * 10_000]
)
def test_what_is_no_code_of_ours_finds_nothing(session, issued, typed):
    assert statements.by_code(session, typed) is None


def test_codes_are_random_and_read_as_they_are_written():
    made = {codes.new() for _ in range(200)}
    assert len(made) == 200
    for code in made:
        assert codes.read(codes.grouped(code)) == code
        assert [len(group) for group in codes.grouped(code).split("-")] == [4] * 5


@pytest.mark.parametrize(
    ("name", "initials"),
    [
        ("Grünwald & Jørgensen Payments GmbH & Co. KG", "G… & J… P… GmbH & Co. KG"),
        ("Carlos Papadopoulos", "C… P…"),
        ("Zieliński & Nakamura Capital K.K.", "Z… & N… C… K.K."),
        ("大阪商事", "大…"),
        ("O'Brien & O'Connor Telecom Ltd", "O… & O… T… Ltd"),
    ],
)
def test_a_name_is_given_by_its_initials(name, initials):
    assert statements.masked(name) == initials


def test_many_looks_from_one_network_have_to_wait(session):
    with clock.frozen(NOW):
        assert [statements.admit(session, "192.0.2.7") for _ in range(40)] == [0] * 40
        assert statements.admit(session, "192.0.2.7") > 0
        assert statements.admit(session, "192.0.2.8") == 0
    with clock.frozen(NOW + timedelta(hours=2)):
        assert statements.admit(session, "192.0.2.7") == 0


@pytest.mark.parametrize("column", ["customer_text", "reference"])
def test_words_changed_by_hand_are_seen(session, issued, by_hand, column):
    by_hand(f"UPDATE journal_entry SET {column} = {column} || '.' WHERE id = (SELECT journal_entry_id FROM wallet_entry WHERE seq = 4)")
    assert not statements.check(session, issued).holds
