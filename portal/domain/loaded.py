"""Rows written past the session's unit of work, handed to it as if they had been read."""

from collections.abc import Mapping
from typing import TypeVar

from sqlalchemy import inspect
from sqlalchemy.orm import Session, make_transient_to_detached

from portal.model.base import Base

T = TypeVar("T", bound=Base)


def loaded(session: Session, model: type[T], row: Mapping[str, object]) -> T:
    """Give the object of a row that was inserted just now; `row` has every column, as the model names them."""
    made = inspect(model).class_manager.new_instance()
    vars(made).update(row)
    make_transient_to_detached(made)
    session.add(made)
    return made
