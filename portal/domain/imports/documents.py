"""The search documents of new customers: written with them, completed by their contacts, put into the index at the end."""

from collections.abc import Iterable, Sequence

from sqlalchemy.orm import Session

from portal.domain.attributes import Column
from portal.domain.imports.bulk import BulkTable
from portal.domain.imports.customer_rows import CustomerRow
from portal.domain.imports.looking import Key
from portal.domain.search import documents
from portal.model import SearchDocument
from portal.values.text import fold

_COMPLETE = {
    "sqlite": (
        "UPDATE search_document SET body = body || char(10) || ?1 WHERE customer_id = ?2 AND id > ?3"
        " AND instr(char(10) || body || char(10), char(10) || ?1 || char(10)) = 0"
    ),
    "postgresql": (
        "UPDATE search_document SET body = body || chr(10) || %(line)s::text WHERE customer_id = %(customer_id)s AND id > %(last)s"
        " AND strpos(chr(10) || body || chr(10), chr(10) || %(line)s::text || chr(10)) = 0"
    ),
}


class Documents:
    """Writes the documents of one import: their ids are above those of all that were there."""

    def __init__(self, session: Session, attributes: Sequence[Column] = ()):
        self._session = session
        self._sought = [one.key for one in attributes if one.kind in documents.SOUGHT]
        self._dialect = session.get_bind().dialect.name
        self._last = documents.last_document(session)
        self.filled = False
        """Whether the new documents are in the index: what is not there must not be taken out of it."""
        self._table = BulkTable(session, SearchDocument, ("customer_id", "body"))

    def add(self, made: Iterable[tuple[str, CustomerRow]]) -> None:
        """Write the documents of new customers, whose only contact is their own address so far."""
        self._table.rows += [(customer_id, self._body(row)) for customer_id, row in made]
        self._table.write()

    def complete(self, people: Iterable[tuple[Key, str, str]]) -> None:
        """Add contacts (customer's id, name, email) to the documents of new customers: a line each, nothing twice."""
        lines = [(line, customer_id) for customer_id, name, email in people for line in (fold(name), fold(email)) if line]
        if not lines:
            return
        connection = self._session.connection()
        if self._dialect == "sqlite":
            given = [(line, customer_id, self._last) for line, customer_id in lines]
        else:
            given = [{"line": line, "customer_id": customer_id, "last": self._last} for line, customer_id in lines]
        connection.exec_driver_sql(_COMPLETE[self._dialect], given)

    def finish(self) -> None:
        """Fill the index once, four times as fast as document by document; from then on a document is changed by `search.index`."""
        if not self.filled:
            documents.put_in_after(self._session, self._last)
            self.filled = True

    def _body(self, row: CustomerRow) -> str:
        return documents.body(
            name=row.name,
            external_id=row.external_id,
            email=row.facts.get("email"),
            phone=row.facts.get("phone"),
            tax_ids=row.tax_id[1:] if row.tax_id else (),
            attributes=[row.attributes[key] for key in self._sought if key in row.attributes] if row.attributes else (),
        )
