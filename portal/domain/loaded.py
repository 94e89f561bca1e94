"""Rows written or read past the session's unit of work, handed to it as if it had read them."""

from collections.abc import Mapping
from typing import TypeVar

from sqlalchemy import inspect
from sqlalchemy.orm import Session, make_transient_to_detached

from portal.model.base import Base

T = TypeVar("T", bound=Base)


def loaded(session: Session, model: type[T], row: Mapping[str, object]) -> T:
    """Give the object of a row that the session does not hold; `row` has every column, as the model names them."""
    made = inspect(model).class_manager.new_instance()
    vars(made).update(row)
    make_transient_to_detached(made)
    session.add(made)
    return made
