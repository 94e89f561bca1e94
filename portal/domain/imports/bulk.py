"""Many rows into one table: the driver's own executemany on SQLite, COPY on PostgreSQL."""

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from portal.domain.imports.stored import converter, nullable
from portal.model.base import Base


class BulkTable:
    """Collects rows of one table, values as the model has them, and writes them at once.

    `names` are the columns in the order in which the rows have them; `constant` are columns with one value for all
    rows. The others are left to the database: they are empty. A key may be given as its 32 hexadecimal digits, and
    those of `json` are given as JSON text.
    """

    def __init__(
        self,
        session: Session,
        model: type[Base],
        names: Sequence[str],
        *,
        constant: Mapping[str, object] | None = None,
        json: frozenset[str] = frozenset(),
    ):
        self._session = session
        table = model.__table__
        self._sqlite = session.get_bind().dialect.name == "sqlite"
        found = [(place, converter(table.c[name].type, sqlite=self._sqlite)) for place, name in enumerate(names) if name not in json]
        self._converters = [(place, convert) for place, convert in found if convert is not None]
        self._nullable = [place for place, name in enumerate(names) if table.c[name].nullable]
        self._constant = tuple(self._converted_one(table.c[name].type, value) for name, value in (constant or {}).items())
        listed = ", ".join(f'"{name}"' for name in (*names, *(constant or ())))
        self._insert = f'INSERT INTO "{table.name}" ({listed}) VALUES '
        self._copy = f'COPY "{table.name}" ({listed}) FROM STDIN'
        self.rows: list[tuple] = []

    def write(self) -> None:
        """Write what was collected."""
        if not self.rows:
            return
        columns: list[Sequence] = list(zip(*self.rows, strict=True))  # on its side, a column is converted at once
        self.rows = []
        for place, convert in self._converters:
            columns[place] = convert(columns[place])
        if self._sqlite:
            self._write_to_sqlite(columns)
        else:
            self._write_to_postgresql(columns)

    def _write_to_sqlite(self, columns: list[Sequence | None]) -> None:
        slots = ["?"] * len(columns)
        for place in self._nullable:
            slots[place], columns[place] = nullable(columns[place])
        values = ", ".join((*slots, *map(_literal, self._constant)))
        given = zip(*(column for column in columns if column is not None), strict=True)
        self._session.connection().connection.driver_connection.executemany(f"{self._insert}({values})", given)

    def _write_to_postgresql(self, columns: list[Sequence]) -> None:
        with self._session.connection().connection.cursor() as cursor, cursor.copy(self._copy) as copy:
            for row in zip(*columns, strict=True):
                copy.write_row(row + self._constant)

    def _converted_one(self, kind, value: object) -> object:
        convert = converter(kind, sqlite=self._sqlite)
        return convert((value,))[0] if convert is not None else value


def _literal(value: object) -> str:
    """Write a value as SQLite reads it in a statement."""
    if value is None:
        return "NULL"
    if isinstance(value, str):
        return "'" + value.replace("\0", "").replace("'", "''") + "'"
    return str(int(value))
