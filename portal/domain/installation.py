"""What every installation starts with: a business entity that bills, and a sender to write as."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.model import BusinessEntity, Sender


def ensure_business_entity(
    session: Session,
    *,
    name: str = "Portal",
    legal_name: str = "",
    address_line: str = "",
    country: str = "",
    time_zone: str = "UTC",
    currency: str = "EUR",
    sender: str = "portal@localhost.localdomain",
) -> BusinessEntity:
    """Give the default business entity; make it, with its sender, where there is none."""
    entity = session.scalar(select(BusinessEntity).where(BusinessEntity.is_default))
    if entity is None:
        entity = BusinessEntity(
            name=name,
            legal_name=legal_name or name,
            address_line=address_line,
            country=country,
            time_zone=time_zone,
            currency=currency,
            is_default=True,
        )
        session.add(entity)
        session.flush()
        session.add(Sender(business_entity_id=entity.id, name=name, address=sender, is_default=True))
        session.flush()
    return entity
