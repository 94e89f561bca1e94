"""The chain over all acts: whatever is changed or taken out is named."""

from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text

from portal.db import sqlite_module
from portal.domain import audit, audit_chain
from portal.model import AuditEvent, AuditLink
from portal.values import clock
from portal.worker import audit_job

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture
def told(database, cast):
    """Seven acts, committed and linked."""
    acts(database, cast, 7)
    audit_job.run(database)
    return database


def acts(database, cast, count, *, at=None):
    with database.writing() as session:
        for number in range(count):
            event = audit.record(
                session,
                "customer.updated",
                by=cast.operator("finance"),
                customer_id=cast.own.id,
                changes={"name": ("Grün", f"Grünwald {number}")},
                facts={"amount": -number, "share": 0.25, "deep": {"b": [1, None], "a": True}},
            )
            if at is not None:
                event.at = at


def events(database):
    with database.reading() as session:
        return list(session.scalars(select(AuditEvent.id).join(AuditLink).order_by(AuditLink.seq)))


def check(database):
    with database.reading() as session:
        return audit_chain.verify(session)


def by_hand(database, statement, **values):
    """Do what somebody does who has the database's own keys: past the triggers and the foreign keys."""
    if database.dialect == "postgresql":
        with database.engine.begin() as connection:
            connection.execute(text("SET LOCAL session_replication_role = replica"))
            connection.execute(text(statement), values)
        return
    with closing(sqlite_module().connect(database.url.database)) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'audit%'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute(statement, values)
        connection.commit()


def key(database, event_id):
    return event_id.hex if database.dialect == "sqlite" else event_id


def test_every_committed_event_is_linked_in_the_order_of_its_time(told, cast):
    report = check(told)
    assert report.whole
    assert report.links == 7
    with told.reading() as session:
        rows = session.execute(select(AuditLink.seq, AuditLink.prev_hash, AuditLink.hash, AuditEvent.at).join(AuditEvent)).all()
    rows.sort()
    assert [row.seq for row in rows] == [1, 2, 3, 4, 5, 6, 7]
    assert [row.prev_hash for row in rows] == [bytes(32), *(row.hash for row in rows[:-1])]
    assert [row.at for row in rows] == sorted(row.at for row in rows)
    assert report.head == rows[-1].hash


def test_an_empty_record_is_whole(database):
    report = check(database)
    assert report.whole
    assert (report.links, report.head) == (0, bytes(32))


def test_linking_goes_on_where_it_stopped(told, cast):
    acts(told, cast, 3)
    with told.writing() as session:
        assert audit_chain.link(session, 2) == 2
    assert audit_job.run(told)
    assert not audit_job.run(told)
    assert check(told).links == 10


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("action", "customer.archived"),
        ("actor_name", "Somebody else"),
        ("subject_name", "x"),
        ("on_behalf_of", "x"),
        ("ip", "203.0.113.9"),
        ("facts", '{"amount": 1}'),
        ("changes", "{}"),
    ],
)
def test_an_event_that_was_changed_by_hand_is_named(told, column, value):
    third = events(told)[2]
    cast_to = "CAST(:value AS jsonb)" if told.dialect == "postgresql" and column in {"facts", "changes"} else ":value"
    by_hand(told, f"UPDATE audit_event SET {column} = {cast_to} WHERE id = :id", value=value, id=key(told, third))
    report = check(told)
    assert (report.fault.seq, report.fault.event_id) == (3, third)
    assert "was changed" in report.fault.sentence
    assert str(third) in report.fault.sentence


def test_an_event_that_was_taken_out_is_named(told):
    fifth = events(told)[4]
    by_hand(told, "DELETE FROM audit_event WHERE id = :id", id=key(told, fifth))
    report = check(told)
    assert (report.links, report.fault.seq, report.fault.event_id) == (4, 5, fifth)
    assert f"the event {fifth} is missing" in report.fault.sentence


def test_an_event_taken_out_with_its_link_leaves_a_gap(told):
    by_hand(told, "DELETE FROM audit_link WHERE seq = 4")
    assert check(told).fault.sentence == "link 4 is missing"


def test_a_link_forged_anew_does_not_fit_the_next(told, database):
    third = events(told)[2]
    by_hand(told, "UPDATE audit_event SET actor_name = 'Nobody' WHERE id = :id", id=key(told, third))
    with told.reading() as session:
        event = session.execute(select(*audit_chain._values).where(AuditEvent.id == third)).one()
        before = session.scalar(select(AuditLink.hash).where(AuditLink.seq == 2))
    by_hand(told, "UPDATE audit_link SET hash = :hash WHERE seq = 3", hash=audit_chain.event_hash(3, before, event))
    assert check(told).fault.sentence == "link 4 does not follow the one before it"


def test_what_cannot_be_read_any_more_is_a_fault_and_no_crash(told):
    nonsense = "no json" if told.dialect == "sqlite" else '"no object"'  # PostgreSQL takes JSON only
    set_to = ":value" if told.dialect == "sqlite" else "CAST(:value AS jsonb)"
    by_hand(told, f"UPDATE audit_event SET facts = {set_to} WHERE id = :id", value=nonsense, id=key(told, events(told)[1]))
    assert check(told).fault.seq <= 2


def test_an_event_that_commits_late_takes_the_next_place(told, cast):
    acts(told, cast, 1, at=clock.now() - timedelta(minutes=5))
    audit_job.run(told)
    with told.reading() as session:
        last = session.scalar(select(AuditEvent.at).join(AuditLink).order_by(AuditLink.seq.desc()).limit(1))
        assert last < clock.now() - timedelta(minutes=4)
    assert check(told).whole


def test_an_event_that_commits_very_late_is_told_of_until_the_whole_record_is_looked_through(told, cast):
    acts(told, cast, 1, at=clock.now() - timedelta(hours=2))
    assert not audit_job.run(told)
    report = check(told)
    assert report.fault is None
    assert (report.whole, report.overdue, report.first_overdue) == (False, 1, report.first_overdue)
    assert audit_job.run(told, whole=True)
    assert check(told).whole


def test_what_waits_for_moments_only_is_no_fault(told, cast):
    acts(told, cast, 1)
    assert check(told).whole


def test_the_hash_is_over_every_column():
    assert set(audit_chain.COLUMNS) == set(AuditEvent.__table__.columns.keys()), (
        "a column was added to the record: make a second version of the hash, for the old links were made without it"
    )


def test_the_canonical_form_is_as_documented(told):
    with told.reading() as session:
        event = session.execute(select(*audit_chain._values).join(AuditLink).where(AuditLink.seq == 1)).one()
    written = audit_chain.canonical(event)
    assert '"changes":{"name":["Grün","Grünwald 0"]}' in written
    assert '"facts":{"amount":0,"deep":{"a":true,"b":[1,null]},"share":0.25}' in written
    assert f'"id":"{event.id}"' in written
    assert f'"at":"{event.at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")}"' in written


def test_links_are_made_once_and_never_changed(told):
    with pytest.raises(Exception, match="append-only"), told.writing() as session:
        session.execute(text("UPDATE audit_link SET seq = 99 WHERE seq = 1"))
    with pytest.raises(Exception, match="append-only"), told.writing() as session:
        session.execute(text("DELETE FROM audit_link"))


def test_of_two_writers_at_once_one_links_and_nothing_is_linked_twice(database, cast):
    acts(database, cast, 4)
    if database.dialect == "postgresql":
        with database.write_session() as first, database.write_session() as second:
            assert audit_chain.link(first) == 4
            assert audit_chain.link(second) == 0
            first.commit()
    else:
        audit_job.run(database)
    audit_job.run(database)
    assert check(database).links == 4


def test_ids_of_one_moment_are_linked_by_id(database, cast):
    with clock.frozen(NOON):
        acts(database, cast, 5)
        audit_job.run(database)
        linked = events(database)
    assert linked == sorted(linked)
