"""Finding a business entity whose brand it is about, and a logo by the name it is served under."""

import re
from uuid import UUID

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from portal.domain import business_entities
from portal.domain.actors import Actor
from portal.domain.errors import NotFound
from portal.model import BusinessEntity, Logo
from portal.values.images import ENDINGS

_FILE_NAME = re.compile(r"([0-9a-f]{64})\.([a-z]{3,4})", re.ASCII).fullmatch


def find(session: Session, actor: Actor, entity_id: UUID) -> BusinessEntity:
    """Find a business entity that an actor reaches.

    :raises NotFound: when there is none, or it is not the actor's.
    """
    found = business_entities.find(session, entity_id)
    if not actor.reaches(found.id):
        raise NotFound("There is no such business entity.")
    return found


def logo_at(session: Session, file_name: str) -> Row | None:
    """Give media_type and body of the logo that is or was served under a file name; None where there never was one."""
    named = _FILE_NAME(file_name)
    if named is None:
        return None
    row = session.execute(select(Logo.media_type, Logo.body).where(Logo.digest == bytes.fromhex(named[1])).limit(1)).first()
    return row if row is not None and ENDINGS[row.media_type] == named[2] else None
