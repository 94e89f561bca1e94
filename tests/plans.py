"""How a database goes about what is asked of it: the statements of a piece of work, explained as they were sent."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import event, text
from sqlalchemy.orm import Session


def ready(session: Session, *tables: str) -> None:
    """Let PostgreSQL know its tables, and leave it no reading of a whole one: so small a table is read whole otherwise."""
    session.flush()
    if session.get_bind().dialect.name == "postgresql":
        for table in tables:
            session.execute(text(f"ANALYZE {table}"))
        session.execute(text("SET LOCAL enable_seqscan = off"))


@contextmanager
def listened(session: Session) -> Iterator[list[tuple]]:
    """Collect the statements that are sent, with their values; on SQLite as the driver gets them, the values in their places."""
    sent: list[tuple] = []
    if session.get_bind().dialect.name == "sqlite":
        driver = session.connection().connection.driver_connection
        driver.set_trace_callback(lambda statement: sent.append((statement, ())))
        try:
            yield sent
        finally:
            driver.set_trace_callback(None)
        return

    def hear(connection, cursor, statement, parameters, context, executemany):
        sent.append((statement, parameters))

    event.listen(session.get_bind(), "before_cursor_execute", hear)
    try:
        yield sent
    finally:
        event.remove(session.get_bind(), "before_cursor_execute", hear)


def explained(session: Session, table: str, work: Callable[[], object]) -> str:
    """Give the plans of all that a piece of work asks a table; `table` is a name, or several as in "(wallet|customer)"."""
    with listened(session) as sent:
        work()
    word = "EXPLAIN QUERY PLAN " if session.get_bind().dialect.name == "sqlite" else "EXPLAIN "
    asked = [one for one in sent if re.search(rf"\b(FROM|UPDATE) {table}\b", one[0])]
    assert asked, "nothing was asked"
    plans = (session.connection().exec_driver_sql(word + statement, values) for statement, values in asked)
    return "\n".join(str(row[-1]) for plan in plans for row in plan)
