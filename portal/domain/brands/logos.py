"""Putting a logo in place, and taking it away. What was sent points at the ones before, so they stay where they are."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain import audit
from portal.domain.actors import Actor
from portal.domain.brands.refusals import LogoChanged
from portal.model import BusinessEntity, Logo
from portal.values.images import Picture, words_for

_COLUMNS = ("logo", "logo_width", "logo_height")


def set_logo(session: Session, entity: BusinessEntity, picture: Picture, *, seen: str | None = None, by: Actor) -> None:
    """Let a picture be the logo of a business entity, in its mail from now on and in the portal.

    `seen` is the file name of the logo that the writer was shown, empty for none; None puts it in place of whatever is there.

    :raises LogoChanged: when it is another one by now.
    """
    _hold(session, entity, seen)
    if picture.file_name == entity.logo:
        return
    kept = select(Logo.id).where(Logo.business_entity_id == entity.id, Logo.digest == picture.digest)
    if session.scalar(kept) is None:
        session.add(
            Logo(
                business_entity_id=entity.id,
                digest=picture.digest,
                media_type=picture.media_type,
                body=picture.body,
                width=picture.width,
                height=picture.height,
                author_user_id=by.user_id,
                author_name=by.name[:255],
            )
        )
    _put(session, entity, (picture.file_name, picture.width, picture.height), "business_entity.logo_set", by=by)


def remove_logo(session: Session, entity: BusinessEntity, *, seen: str | None = None, by: Actor) -> None:
    """Let a business entity go without a logo: its name stands there instead. `seen` as in `set_logo`.

    :raises LogoChanged: when it is another one by now.
    """
    _hold(session, entity, seen)
    if entity.logo:
        _put(session, entity, ("", 0, 0), "business_entity.logo_removed", by=by)


def logo_words(entity: BusinessEntity) -> str:
    """Say what the logo in use is, as in "PNG, 320 × 80 pixels"; nothing where there is none."""
    return words_for(entity.logo.rpartition(".")[2], entity.logo_width, entity.logo_height) if entity.logo else ""


def _hold(session: Session, entity: BusinessEntity, seen: str | None) -> None:
    """Read which logo is in use, and keep others from changing it meanwhile."""
    session.refresh(entity, attribute_names=list(_COLUMNS), with_for_update=True)
    if seen is not None and seen != entity.logo:
        raise LogoChanged


def _put(session: Session, entity: BusinessEntity, values: tuple[str, int, int], action: str, *, by: Actor) -> None:
    before, name = logo_words(entity), entity.logo
    for column, value in zip(_COLUMNS, values, strict=True):
        setattr(entity, column, value)
    session.flush()
    audit.record(
        session,
        action,
        by=by,
        subject=entity,
        subject_name=entity.name,
        changes={"logo": (before or None, logo_words(entity) or None)},
        facts={"pictures": [name, entity.logo]},
    )
