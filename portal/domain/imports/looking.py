"""Rows looked up by many keys at once, as the driver gives them: an import asks for thousands, and half its time would be conversion."""

import json
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from portal.domain.imports.stored import converter, encoded
from portal.model.base import UtcDateTime

Key = UUID | str
"""A key as the driver gives it: a UUID on PostgreSQL, its 32 hexadecimal digits on SQLite."""


class Lookup:
    """Answers of one database to "which of these are there?"."""

    def __init__(self, session: Session):
        self._session = session
        self.sqlite = session.get_bind().dialect.name == "sqlite"

    def among(self, statement: str, column: str, values: Iterable[Key], *, more: str = "") -> list[tuple]:
        """Give the rows of a SELECT without WHERE, in which a column has one of the values; `more` is put after that condition."""
        wanted = list(values)
        if not wanted:
            return []
        self._session.flush()
        if self.sqlite:
            condition, given = f"{column} IN (SELECT value FROM json_each(?))", encoded(wanted)
        else:
            condition, given = f"{column} = ANY(%s)", wanted
        return self._session.connection().exec_driver_sql(f"{statement} WHERE {condition} {more}", (given,)).cursor.fetchall()

    def moment(self, at: datetime) -> object:
        """Give a time as the driver would read it."""
        return converter(UtcDateTime(), sqlite=True)((at,))[0] if self.sqlite else at

    def data(self, stored: object) -> object:
        """Give what a JSON column has in it."""
        if not self.sqlite:
            return stored
        return json.loads(stored) if stored != "{}" else {}


def uuid_of(key: Key) -> UUID:
    """Give a key as the model has it."""
    return UUID(key) if key.__class__ is str else key
