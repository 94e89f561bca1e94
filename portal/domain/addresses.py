"""The address book of a customer: any number of addresses, one the default for billing, one for shipping."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain import audit
from portal.domain.actors import Actor
from portal.domain.errors import NotFound
from portal.model import Address, Customer
from portal.model.address import PARTS
from portal.values import clock

ROLES = {"billing": "is_billing", "shipping": "is_shipping"}


def of_customer(session: Session, customer_id: UUID) -> list[Address]:
    """List a customer's live addresses: the billing default first, then the shipping default, then as they were added."""
    return list(
        session.scalars(
            select(Address)
            .where(Address.customer_id == customer_id, Address.deleted_at.is_(None))
            .order_by(Address.is_billing.desc(), Address.is_shipping.desc(), Address.id)
        )
    )


def find(session: Session, actor: Actor, customer_id: UUID, address_id: UUID) -> Address:
    """Find a live address that the actor may reach.

    :raises NotFound: when there is none, or it is another customer's.
    """
    address = session.get(Address, address_id)
    if address is None or address.customer_id != customer_id or address.deleted_at or actor.customer_id not in {None, customer_id}:
        raise NotFound
    return address


def add(session: Session, customer: Customer, parts: dict, *, by: Actor) -> Address:
    """Add an address to the book, default for nothing; the kept one when an equal one is there already."""
    wanted = _complete(parts)
    kept = _equal(of_customer(session, customer.id), wanted)
    if kept is not None:
        return kept
    made = _make(session, customer, wanted)
    _record(session, "address.added", customer, made, {}, wanted, by=by)
    return made


def set_default(session: Session, customer: Customer, role: str, parts: dict | None, *, by: Actor) -> Address | None:
    """Make an address the default for "billing" or "shipping"; give it, or None when there is none now.

    `parts` are any of line1-3, city, state, postal_code, country (alpha-2), phone. An equal address of the book is taken;
    else the present default is changed in place, unless it is the other role's default too: then a new row is made.
    Nothing, or nothing but empty parts, takes the default away and deletes what is then nobody's default.
    """
    flag = ROLES[role]
    book = of_customer(session, customer.id)
    present = next((address for address in book if getattr(address, flag)), None)
    before = present.parts() if present else {}
    wanted = _complete(parts or {})
    if not any(wanted.values()):
        if present is None:
            return None
        setattr(present, flag, False)
        if not (present.is_billing or present.is_shipping):
            present.deleted_at = clock.now()
        _record(session, "address.removed", customer, present, before, {}, by=by, role=role)
        return None
    if before == wanted:
        return present
    chosen = _equal(book, wanted)
    if chosen is None and present is not None and not (present.is_billing and present.is_shipping):
        chosen = present
        for part, value in wanted.items():
            setattr(present, part, value)
    elif chosen is None:
        chosen = _make(session, customer, wanted)
    if chosen is not present:
        if present is not None:
            setattr(present, flag, False)
            session.flush()  # a customer has one default for each: the old one goes before the new one comes
        setattr(chosen, flag, True)
    _record(session, "address.changed", customer, chosen, before, wanted, by=by, role=role)
    return chosen


def remove(session: Session, address: Address, customer: Customer, *, by: Actor) -> None:
    """Delete an address from the book; it stays on record, and is no default any more."""
    before = address.parts()
    address.is_billing = address.is_shipping = False
    address.deleted_at = clock.now()
    _record(session, "address.removed", customer, address, before, {}, by=by)


def default(session: Session, customer_id: UUID, role: str) -> Address | None:
    """Give the default address of a role."""
    return session.scalar(select(Address).where(Address.customer_id == customer_id, getattr(Address, ROLES[role])))


def _complete(parts: dict) -> dict[str, str]:
    return {part: parts.get(part) or "" for part in PARTS}


def _equal(book: list[Address], wanted: dict[str, str]) -> Address | None:
    return next((address for address in book if address.parts() == wanted), None)


def _make(session: Session, customer: Customer, wanted: dict[str, str]) -> Address:
    made = Address(customer_id=customer.id, **wanted)
    session.add(made)
    session.flush()
    return made


def _record(session: Session, action: str, customer: Customer, address: Address, before: dict, after: dict, *, by: Actor, role: str = ""):
    """Write down the difference by field; a customer's addresses count as part of its version."""
    customer.updated_at = clock.now()
    session.flush()
    changes = {
        part: (before.get(part) or None, after.get(part) or None) for part in PARTS if (before.get(part) or "") != (after.get(part) or "")
    }
    facts = {"version": customer.version} | ({"role": role} if role else {})
    name = ", ".join(filter(None, (address.line1, address.city)))
    audit.record(session, action, by=by, customer_id=customer.id, subject=address, subject_name=name, changes=changes, facts=facts)
