"""Many rows into one table: the driver's own executemany on SQLite, COPY on PostgreSQL."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from portal.domain.imports.stored import converter
from portal.model.base import Base


class BulkTable:
    """Collects rows of one table, values as the model has them, and writes them at once.

    `names` are the columns in the order in which the rows have them. The others are left to the database: they are empty.
    """

    def __init__(self, session: Session, model: type[Base], names: Sequence[str]):
        self._session = session
        table = model.__table__
        columns = [table.c[name] for name in names]
        self._sqlite = session.get_bind().dialect.name == "sqlite"
        found = [(place, converter(column.type, sqlite=self._sqlite)) for place, column in enumerate(columns)]
        self._converters = [(place, convert) for place, convert in found if convert is not None]
        listed = ", ".join(f'"{name}"' for name in names)
        if self._sqlite:
            self._statement = f'INSERT INTO "{table.name}" ({listed}) VALUES ({", ".join("?" * len(columns))})'
        else:
            self._statement = f'COPY "{table.name}" ({listed}) FROM STDIN'
        self.rows: list[tuple] = []

    def write(self) -> None:
        """Write what was collected."""
        if not self.rows:
            return
        rows = self._converted()
        self.rows = []
        connection = self._session.connection()
        if self._sqlite:
            connection.exec_driver_sql(self._statement, rows)
        else:
            with connection.connection.cursor() as cursor, cursor.copy(self._statement) as copy:
                for row in rows:
                    copy.write_row(row)

    def _converted(self) -> list[tuple]:
        """Turn the rows on their side, where a column is converted at once."""
        columns = list(zip(*self.rows, strict=True))
        for place, convert in self._converters:
            columns[place] = convert(columns[place])
        return list(zip(*columns, strict=True))
