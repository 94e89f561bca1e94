"""Connections to SQLite for questions, each kept open with its transaction's few statements from one page to the next.

Taking one from SQLAlchemy's pool, beginning, and giving it back costs a page as much as all its questions. What does not ask
through the session pays for none of that here; what does is joined to the same connection, and so to the same snapshot.
"""

from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session

from portal.db.answers import Answers


class Readers:
    """The connections nobody reads through now. The one used last is taken first, for it has its pages at hand."""

    def __init__(self, engine: Engine):
        self.engine = engine
        self._idle: list[Connection] = []

    def take(self) -> Connection:
        """Give a connection, in a transaction that has not asked anything yet."""
        try:
            connection = self._idle.pop()
        except IndexError:
            connection = self._open()
        connection.connection.driver_connection.execute("BEGIN DEFERRED")
        connection.info["answers"].begin()
        return connection

    def give_back(self, connection: Connection) -> None:
        """Take a connection back when its questions are answered."""
        if connection.closed or connection.invalidated:
            return
        try:
            connection.connection.driver_connection.rollback()
        except connection.dialect.loaded_dbapi.Error:
            connection.close()
            return
        self._idle.append(connection)

    def close(self) -> None:
        """Close those nobody reads through."""
        while self._idle:
            self._idle.pop().close()

    def _open(self) -> Connection:
        connection = self.engine.connect()
        connection.connection.driver_connection.execute("PRAGMA query_only=ON")
        connection.info["answers"] = Answers()
        return connection


class ReadSession(Session):
    """A session for questions: one snapshot, from the first question to the end."""

    def __init__(self, readers: Readers):
        super().__init__(expire_on_commit=False)
        self._readers = readers
        self._held: Connection | None = None

    def connection(self, *arguments, **options) -> Connection:
        """Give the connection that the session reads through."""
        if self._held is None:
            self._held = self._readers.take()
        return self._held

    def get_bind(self, *arguments, **options) -> Connection:
        """Give what the session's own questions go through (sqlalchemy.orm.Session.get_bind)."""
        return self.connection()

    def close(self) -> None:
        """End the snapshot."""
        if self.in_transaction():  # objects were asked for, not rows alone
            super().close()
        if (held := self._held) is not None:
            self._held = None
            self._readers.give_back(held)
