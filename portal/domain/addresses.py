"""The address book of a customer: any number of addresses, one the default for billing, one for shipping."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain import audit, reach
from portal.domain.actors import Actor
from portal.domain.errors import NotFound
from portal.model import Address, Customer
from portal.model.address import PARTS
from portal.values import clock

ROLES = {"billing": "is_billing", "shipping": "is_shipping"}
BOTH = " and ".join(ROLES)
"""The role in the record of an act that is about both defaults."""


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
    reach.demand(session, actor, customer_id)
    address = session.get(Address, address_id)
    if address is None or address.customer_id != customer_id or address.deleted_at:
        raise NotFound
    return address


def add(session: Session, customer: Customer, parts: dict, *, by: Actor) -> Address:
    """Add an address to the book, default for nothing; the kept one when an equal one is there already."""
    wanted = _complete(parts)
    kept = _equal(of_customer(session, customer.id), wanted)
    if kept is not None:
        return kept
    made = _make(session, customer, wanted)
    _record(session, "address.added", customer, made, _differences({}, wanted), by=by)
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
        _record(session, "address.removed", customer, present, _differences(before, {}), by=by, role=role)
        return None
    if before == wanted:
        return present
    chosen = _equal(book, wanted)
    if chosen is None and present is not None and not (present.is_billing and present.is_shipping):
        chosen = _rewrite(present, wanted)
    elif chosen is None:
        chosen = _make(session, customer, wanted)
    _hand_over(session, present, chosen, flag)
    _record(session, "address.changed", customer, chosen, _differences(before, wanted), by=by, role=role)
    return chosen


def set_both(session: Session, customer: Customer, parts: dict | None, *, by: Actor) -> Address | None:
    """Make one address the default for billing and for shipping, in one act; give it, or None when there is none now.

    `parts` as in `set_default`. An equal address of the book is taken; else the billing default is changed in place.
    """
    book = of_customer(session, customer.id)
    billing, shipping = (next((address for address in book if getattr(address, flag)), None) for flag in ROLES.values())
    before = {"billing": billing.parts() if billing else {}, "shipping": shipping.parts() if shipping else {}}
    wanted = _complete(parts or {})
    if not any(wanted.values()):
        if billing is not None and billing is shipping:
            remove(session, billing, customer, by=by, role=BOTH)
        else:
            for role in ROLES:
                set_default(session, customer, role, None, by=by)
        return None
    changed = [role for role in ROLES if before[role] != wanted]
    if not changed:
        return billing
    if len(changed) == 1:
        return set_default(session, customer, changed[0], wanted, by=by)
    chosen = _equal(book, wanted) or (_rewrite(billing, wanted) if billing else _make(session, customer, wanted))
    for present, flag in zip((billing, shipping), ROLES.values(), strict=True):
        _hand_over(session, present, chosen, flag)
    changes = _differences(before["billing"], wanted)
    if before["shipping"] != before["billing"]:
        changes |= {f"shipping {part}": change for part, change in _differences(before["shipping"], wanted).items()}
    _record(session, "address.changed", customer, chosen, changes, by=by, role=BOTH)
    return chosen


def remove(session: Session, address: Address, customer: Customer, *, role: str = "", by: Actor) -> None:
    """Delete an address from the book; it stays on record, and is no default any more. `role` is what it was the default for."""
    before = address.parts()
    address.is_billing = address.is_shipping = False
    address.deleted_at = clock.now()
    _record(session, "address.removed", customer, address, _differences(before, {}), by=by, role=role)


def default(session: Session, customer_id: UUID, role: str) -> Address | None:
    """Give the default address of a role."""
    return session.scalar(select(Address).where(Address.customer_id == customer_id, getattr(Address, ROLES[role])))


def parts_of(session: Session, customer_id: UUID, role: str) -> dict[str, str] | None:
    """Give the parts of the default address of a role, None where there is none."""
    found = default(session, customer_id, role)
    return found.parts() if found is not None else None


def _complete(parts: dict) -> dict[str, str]:
    return {part: parts.get(part) or "" for part in PARTS}


def _equal(book: list[Address], wanted: dict[str, str]) -> Address | None:
    return next((address for address in book if address.parts() == wanted), None)


def _make(session: Session, customer: Customer, wanted: dict[str, str]) -> Address:
    made = Address(customer_id=customer.id, **wanted)
    session.add(made)
    session.flush()
    return made


def _rewrite(address: Address, wanted: dict[str, str]) -> Address:
    for part, value in wanted.items():
        setattr(address, part, value)
    return address


def _hand_over(session: Session, present: Address | None, chosen: Address, flag: str) -> None:
    """Let another address be the default; a customer has one for each: the old one goes before the new one comes."""
    if chosen is present:
        return
    if present is not None:
        setattr(present, flag, False)
        session.flush()
    setattr(chosen, flag, True)


def _differences(before: dict, after: dict) -> dict[str, tuple[str | None, str | None]]:
    return {
        part: (before.get(part) or None, after.get(part) or None) for part in PARTS if (before.get(part) or "") != (after.get(part) or "")
    }


def _record(session: Session, action: str, customer: Customer, address: Address, changes: dict, *, by: Actor, role: str = "") -> None:
    """Write down what differs; a customer's addresses count as part of its version."""
    customer.updated_at = clock.now()
    session.flush()
    facts = {"version": customer.version} | ({"role": role} if role else {})
    name = ", ".join(filter(None, (address.line1, address.city)))
    audit.record(session, action, by=by, customer_id=customer.id, subject=address, subject_name=name, changes=changes, facts=facts)
