"""Changing what a business entity is called, where it is, its colour, and what holds for customers who chose nothing else."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from portal.domain import audit
from portal.domain.actors import Actor
from portal.domain.brands.refusals import BrandChanged, BrandWrong
from portal.model import BusinessEntity

FIELDS = ("name", "legal_name", "address_line", "country", "colour", "locale", "time_zone", "currency")
_NEEDED = {
    "name": "The name is missing: it stands at the head of the portal and of every letter.",
    "legal_name": "The legal name is missing: it stands at the foot of every letter.",
}


def facts_of(entity: BusinessEntity) -> dict[str, str]:
    """Give all that `change` takes, as it is now."""
    return {field: getattr(entity, field) for field in FIELDS}


def change(session: Session, entity: BusinessEntity, facts: Mapping[str, str], *, was: Mapping[str, str], by: Actor) -> BusinessEntity:
    """Change what differs between `facts` and `was`, which is what the writer was shown; both have some of FIELDS, parsed already.

    So of two people who save at once each keeps what they wrote, unless they wrote in the same field.

    :raises BrandChanged: when they did, and not the same. :raises BrandWrong: for a name that is missing.
    """
    session.refresh(entity, attribute_names=list(FIELDS), with_for_update=True)
    before = facts_of(entity)
    written = {field: fact for field, fact in facts.items() if fact != was.get(field)}
    for field, sentence in _NEEDED.items():
        if field in written and not written[field]:
            raise BrandWrong(sentence, field=field)
    theirs = {field: before[field] for field, fact in written.items() if before[field] not in (fact, was.get(field, before[field]))}
    if theirs:
        raise BrandChanged(theirs)
    for field, fact in written.items():
        setattr(entity, field, fact)
    session.flush()
    if changes := audit.differences(before, facts_of(entity)):
        audit.record(session, "business_entity.changed", by=by, subject=entity, subject_name=entity.name, changes=changes)
    return entity
