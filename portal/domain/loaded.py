"""Rows written or read past the session's unit of work, handed to it as its own loader does."""

from collections.abc import Mapping
from typing import TypeVar

from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import instance_state

from portal.model.base import Base

T = TypeVar("T", bound=Base)


def loaded(session: Session, model: type[T], row: Mapping[str, object]) -> T:
    """Give the object of a row that the session does not hold; `row` has every column, as the model names them.

    `session.add` would look for what is related to it, and for what has changed; there is nothing yet.
    """
    made = model.__mapper__.class_manager.new_instance()
    vars(made).update(row)
    state = instance_state(made)
    state.key = model.__mapper__.identity_key_from_primary_key((row["id"],))
    state.session_id = session.hash_key
    session.identity_map.add(state)
    return made
