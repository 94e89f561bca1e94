"""URLs that are built once and kept: building one costs as much as a small query, and a page has dozens."""

from uuid import UUID

from flask import current_app, request, url_for

_BLANKS = [str(UUID(int=2**127 + number)) for number in range(3)]


def fixed_url(endpoint: str, **values: str) -> str:
    """Give the path of a place of ours that has few: the values are from the code, never from a request."""
    kept = current_app.extensions.setdefault("fixed_urls", {})
    key = (request.script_root, endpoint, *values.items())
    if (url := kept.get(key)) is None:
        url = kept[key] = url_for(endpoint, **values)
    return url


def row_url(endpoint: str, **ids: UUID) -> str:
    """Give the path of a row's place: built once with blanks, and filled in with its ids."""
    kept = current_app.extensions.setdefault("row_urls", {})
    key = (request.script_root, endpoint, *ids)
    if (pattern := kept.get(key)) is None:
        pattern = kept[key] = url_for(endpoint, **dict(zip(ids, _BLANKS, strict=False)))
    for blank, row_id in zip(_BLANKS, ids.values(), strict=False):
        pattern = pattern.replace(blank, str(row_id))
    return pattern
