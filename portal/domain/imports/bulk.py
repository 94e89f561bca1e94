"""Many rows into one table: the driver's own executemany on SQLite, COPY on PostgreSQL."""

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from uuid import UUID

from sqlalchemy import JSON, LargeBinary, Uuid
from sqlalchemy.orm import Session

from portal.model.base import Base, UtcDateTime

_ENCODE = json.JSONEncoder(check_circular=False).encode


class BulkTable:
    """Collects rows of one table, values as the model has them, and writes them at once."""

    def __init__(self, session: Session, model: type[Base], names: Sequence[str]):
        self._session = session
        table = model.__table__
        columns = [table.c[name] for name in names]
        self._names = tuple(names)
        self._sqlite = session.get_bind().dialect.name == "sqlite"
        self._converters = [
            (place, converter) for place, column in enumerate(columns) if (converter := _converter(column.type, self._sqlite)) is not None
        ]
        listed = ", ".join(f'"{name}"' for name in names)
        if self._sqlite:
            self._statement = f'INSERT INTO "{table.name}" ({listed}) VALUES ({", ".join("?" * len(columns))})'
        else:
            self._statement = f'COPY "{table.name}" ({listed}) FROM STDIN'
        self.rows: list[tuple] = []

    def add_dicts(self, rows: Iterable[dict[str, object]]) -> None:
        """Add rows that are dicts with (at least) the table's names."""
        names = self._names
        self.rows += [tuple([row[name] for name in names]) for row in rows]

    def write(self) -> None:
        """Write what was collected."""
        if not self.rows:
            return
        rows = self._converted()
        connection = self._session.connection()
        if self._sqlite:
            connection.exec_driver_sql(self._statement, rows)
        else:
            with connection.connection.cursor() as cursor, cursor.copy(self._statement) as copy:
                for row in rows:
                    copy.write_row(row)
        self.rows = []

    def _converted(self) -> list[tuple]:
        turned = list(zip(*self.rows, strict=True))
        for place, converter in self._converters:
            turned[place] = [None if value is None else converter(value) for value in turned[place]]
        return list(zip(*turned, strict=True))


def _converter(kind, sqlite: bool) -> Callable | None:
    """Give what turns a value of the model into what the driver stores, as the column's own type would."""
    if isinstance(kind, JSON):
        return _json
    if not sqlite:
        return None
    if isinstance(kind, Uuid):
        return _hex
    if isinstance(kind, UtcDateTime):
        return _moment
    if isinstance(kind, LargeBinary):
        return bytes
    return None


def _json(value: object) -> str:
    return _ENCODE(value) if value else "{}"


def _hex(value: UUID) -> str:
    return f"{value.int:032x}"


@lru_cache(maxsize=64)
def _moment(value: datetime) -> str:
    return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
