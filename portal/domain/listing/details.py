"""What the list shows of its customers where it is set close, beside what it shows anyway: one statement for a page."""

from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Select, String, bindparam, func, select, type_coerce
from sqlalchemy.orm import Session

from portal.model import Contact, Customer, TaxId


class Detail(NamedTuple):
    """The first tax ID (kind, value; None without one), how many there are, how many live contacts, the last change."""

    tax_kind: str | None
    tax_value: str | None
    tax_ids: int
    contacts: int
    updated_at: datetime


def details(session: Session, ids: Iterable[object]) -> list[Detail]:
    """Give the details of customers by their ids, as rows of a page have them, in the same order."""
    keys = [UUID(str(key)) for key in ids]
    found = {UUID(str(row[0])): Detail(*row[1:]) for row in session.connection().execute(_statement(), {"ids": keys})}
    return [found[key] for key in keys]


@cache
def _statement() -> Select:
    kept = (TaxId.customer_id == Customer.id,)
    first = [select(column).where(*kept).order_by(TaxId.id).limit(1).scalar_subquery() for column in (TaxId.kind, TaxId.value)]
    return select(
        type_coerce(Customer.id, String),
        *first,
        select(func.count()).where(*kept).scalar_subquery(),
        select(func.count()).where(Contact.customer_id == Customer.id, Contact.removed_at.is_(None)).scalar_subquery(),
        Customer.updated_at,
    ).where(Customer.id.in_(bindparam("ids", expanding=True)))
