"""portal doctor audit: the record's chain, followed at the terminal."""

from contextlib import closing
from datetime import timedelta

from sqlalchemy import text

from portal.db import sqlite_module
from portal.domain import audit
from portal.values import clock
from portal.worker import audit_job


def act(database, cast, *, at=None):
    with database.writing() as session:
        event = audit.record(session, "customer.archived", by=cast.operator("finance"), customer_id=cast.own.id)
        event.at = at or event.at
        return event.id


def test_a_whole_record_is_well_and_its_last_link_told(run, environment, cast, database):
    act(database, cast)
    audit_job.run(database)
    said = run("doctor", "audit").output
    assert "✓ the record is whole: 1 link, the last is " in said
    assert "the record is whole" in run("doctor").output


def test_the_changed_event_is_named(run, environment, cast, database):
    first, second = act(database, cast), act(database, cast)
    audit_job.run(database)
    if database.dialect == "sqlite":
        with closing(sqlite_module().connect(database.url.database)) as connection:
            connection.execute("DROP TRIGGER audit_event_no_update")
            connection.execute("UPDATE audit_event SET actor_name = 'Nobody' WHERE id = ?", [second.hex])
            connection.commit()
    else:
        with database.engine.begin() as connection:
            connection.execute(text("SET LOCAL session_replication_role = replica"))
            connection.execute(text("UPDATE audit_event SET actor_name = 'Nobody' WHERE id = :id"), {"id": second})
    said = run("doctor", "audit", status=1).output
    assert "✗ the record does not fit its chain" in said
    assert str(second) in said
    assert str(first) not in said
    assert "✗" in run("doctor", status=1).output


def test_events_that_wait_too_long_are_told_and_how_to_mend_it(run, environment, cast, database):
    waits = act(database, cast, at=clock.now() - timedelta(minutes=11))
    said = run("doctor", "audit", status=1).output
    assert f"✗ one event waits for its link for more than 10 minutes, the first is {waits}" in said
    assert "portal worker" in said
