"""Statements that are executed in every movement of money and on every page, handed to SQLite's driver as it takes them.

SQLAlchemy makes a statement anew each time it is executed; that costs more than SQLite takes to execute it. On PostgreSQL,
where the way to the server costs more than either, SQLAlchemy executes them as ever.
"""

import json
from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import JSON, Boolean, Connection, Executable, Uuid
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql import visitors
from sqlalchemy.types import TypeEngine

from portal.model.base import UtcDateTime
from portal.values import ids

_encode = json.JSONEncoder(check_circular=False).encode


class Kept:
    """A statement, and what SQLite's driver is given in its place: its text, and how each value is written and read.

    One with a list among its values has no text of its own: SQLAlchemy executes it here too.
    """

    def __init__(self, statement: Executable):
        self.statement = statement
        self._by_driver = not any(getattr(part, "expanding", False) for part in visitors.iterate(statement))
        self._sqlite: _ForSqlite | None = None

    def rows(self, connection: Connection, values: Mapping[str, object]) -> Sequence:
        """Execute it and give its rows, columns by name."""
        if not self._by_driver or connection.dialect.name != "sqlite":
            return connection.execute(self.statement, values).all()
        return self._for_sqlite(connection).rows(connection, values)

    def first(self, connection: Connection, values: Mapping[str, object]):
        """Execute it and give the first row; None where there is none."""
        return next(iter(self.rows(connection, values)), None)

    def scalars(self, connection: Connection, values: Mapping[str, object]) -> list:
        """Execute it and give the first column of its rows."""
        if not self._by_driver or connection.dialect.name != "sqlite":
            return list(connection.execute(self.statement, values).scalars())
        return self._for_sqlite(connection).scalars(connection, values)

    def scalar(self, connection: Connection, values: Mapping[str, object]):
        """Execute it and give the first column of its first row; None where there is none."""
        row = self.first(connection, values)
        return None if row is None else row[0]

    def write(self, connection: Connection, values: Mapping[str, object]) -> int:
        """Execute it once; tell how many rows it touched."""
        if not self._by_driver or connection.dialect.name != "sqlite":
            return connection.execute(self.statement, values).rowcount
        return self._for_sqlite(connection).write(connection, values)

    def write_all(self, connection: Connection, several: Iterable[Mapping[str, object]]) -> None:
        """Execute it with each of several sets of values."""
        if not self._by_driver or connection.dialect.name != "sqlite":
            connection.execute(self.statement, list(several))
            return
        for values in several:
            self._for_sqlite(connection).write(connection, values)

    def _for_sqlite(self, connection: Connection) -> "_ForSqlite":
        if self._sqlite is None:
            self._sqlite = _ForSqlite(self.statement, connection)
        return self._sqlite


class _ForSqlite:
    def __init__(self, statement: Executable, connection: Connection):
        compiled = statement.compile(dialect=connection.dialect)
        self._text = compiled.string
        self._error = connection.dialect.loaded_dbapi.Error
        self._values = [(name, compiled.params.get(name)) for name in compiled.positiontup]
        kinds = [compiled.binds[name].type for name in compiled.positiontup]
        self._writers = [(place, write) for place, kind in enumerate(kinds) if (write := _writer(kind)) is not None]
        columns = list(getattr(statement, "exported_columns", ()))
        self._readers = [(place, read) for place, column in enumerate(columns) if (read := _reader(column.type)) is not None]
        self._lasting = not any(isinstance(column.type, JSON) for column in columns)  # what JSON is read to can be changed
        self._row = namedtuple("Row", [str(column.key) for column in columns], rename=True)._make if columns else tuple

    def rows(self, connection: Connection, values: Mapping[str, object]) -> list:
        """Execute it, or give what a transaction for reading was answered before, where nobody has written since."""
        given, answers = self._given(values), connection.info.get("answers")
        if answers is None:
            return self._read(self._execute(connection, given).fetchall())
        question = (self._text, *given)
        found = answers.find(connection.connection.driver_connection, question)
        if found is None:
            found = self._execute(connection, given).fetchall()
            if self._lasting:
                found = self._read(found)
            answers.keep(question, found)
        return list(found) if self._lasting else self._read(found)

    def scalars(self, connection: Connection, values: Mapping[str, object]) -> list:
        return [row[0] for row in self.rows(connection, values)]

    def write(self, connection: Connection, values: Mapping[str, object]) -> int:
        return self._execute(connection, self._given(values)).rowcount

    def _given(self, values: Mapping[str, object]) -> list:
        given = [values.get(name, fixed) for name, fixed in self._values]
        for place, write in self._writers:
            if given[place] is not None:
                given[place] = write(given[place])
        return given

    def _execute(self, connection: Connection, given: list):
        try:
            return connection.connection.driver_connection.execute(self._text, given)
        except self._error as fault:
            raise DBAPIError.instance(self._text, given, fault, self._error, dialect=connection.dialect) from fault

    def _read(self, found: Sequence[tuple]) -> list:
        return [self._row(row) for row in found] if not self._readers else [self._row(self._values_of(row)) for row in found]

    def _values_of(self, row: tuple) -> list:
        values = list(row)
        for place, read in self._readers:
            if values[place] is not None:
                values[place] = read(values[place])
        return values


def _writer(kind: TypeEngine) -> Callable | None:
    if isinstance(kind, Uuid):
        return _digits
    if isinstance(kind, UtcDateTime):
        return _text
    return _encode if isinstance(kind, JSON) else None


def _reader(kind: TypeEngine) -> Callable | None:
    if isinstance(kind, Uuid):
        return ids.from_hex
    if isinstance(kind, UtcDateTime):
        return _moment
    if isinstance(kind, JSON):
        return json.loads
    return bool if isinstance(kind, Boolean) else None


def _digits(value: UUID) -> str:
    return value.hex


def _text(value: datetime) -> str:
    return value.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
