"""Reading the query string: what does not read as what it should be is as if it were not there."""

from uuid import UUID

from flask import request


def identifier(name: str) -> UUID | None:
    """Read an id from the query."""
    try:
        return UUID(request.args[name])
    except (KeyError, ValueError):
        return None
