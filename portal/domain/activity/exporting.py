"""Events as a table for spreadsheets and programs, with their places in the chain."""

import csv
import io
import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain.activity.events import Reader, Wanted
from portal.domain.activity.reading import Key, rows_of, sources_of
from portal.domain.imports.report import harmless
from portal.domain.ledger.chain import moment
from portal.model import AuditEvent, AuditLink, Customer, EmailMessage

COLUMNS = (
    *("at", "what", "act", "actor", "actor_kind", "actor_id", "on_behalf_of", "customer", "customer_id"),
    *("subject", "subject_kind", "subject_id", "changes", "facts", "origin", "ip", "device", "request_id", "id", "seq", "hash"),
)
_PIECE = 500


def csv_pieces(reading: Callable[[], AbstractContextManager[Session]], wanted: Wanted, reader: Reader) -> Iterator[str]:
    """Write the events that are wanted as CSV (RFC 4180), the newest first, piece by piece: a mark for Excel, the names, the rows.

    Each piece is read in a session of its own, so that a slow reader keeps no transaction open. Times are UTC. `seq` and `hash`
    are those of the event's link in the chain, empty until it is linked, and for mail, which is in the list and not in the
    record. No cell is one that a spreadsheet would run.
    """
    sources = sources_of(wanted, reader)
    yield "\ufeff" + _written([COLUMNS])
    key: Key | None = None
    while True:
        with reading() as session:
            found = rows_of(session, sources, key, _PIECE)
            lines = _lines(session, found, reader)
        if lines:
            yield _written(lines)
        if len(found) < _PIECE:
            return
        key = found[-1][0]


def _lines(session: Session, found: list, reader: Reader) -> list[tuple]:
    acts = [row[0] for _, row, _ in found if isinstance(row[0], AuditEvent)]
    links = session.execute(select(AuditLink).where(AuditLink.event_id.in_([act.id for act in acts]))).scalars()
    chained = {link.event_id: (link.seq, link.hash.hex()) for link in links}
    ids = {row[0].customer_id for _, row, _ in found if row[0].customer_id}
    names = dict(session.execute(select(Customer.id, Customer.name).where(Customer.id.in_(ids))).all())
    told = ((row[0], tell(row, reader)) for _, row, tell in found)
    return [_line(row, event.text, names, chained) for row, event in told if event is not None]


def _line(row: AuditEvent | EmailMessage, what: str, names: dict[UUID, str], chained: dict) -> tuple:
    customer = (names.get(row.customer_id, ""), row.customer_id or "")
    if isinstance(row, EmailMessage):
        facts = _json({"to": row.to_address, "state": row.state})
        subject = (row.subject or row.letter, "email_message", row.id)
        cells = (moment(row.created_at), what, "mail", "", "system", "", "", *customer, *subject, "", facts, *[""] * 4, row.id, "", "")
    else:
        actor = (row.actor_name, row.actor_kind, row.actor_user_id or "", row.on_behalf_of)
        subject = (row.subject_name, row.subject_kind, row.subject_id or "")
        kept = (_json(row.changes), _json(row.facts), row.origin, row.ip, row.device, row.request_id)
        cells = (moment(row.at), what, row.action, *actor, *customer, *subject, *kept, row.id, *chained.get(row.id, ("", "")))
    return tuple(harmless(cell) if isinstance(cell, str) else cell for cell in cells)


def _json(value: dict) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True) if value else ""


def _written(lines: list[tuple]) -> str:
    out = io.StringIO()
    csv.writer(out).writerows(lines)
    return out.getvalue()
