"""Custom data written for editing, and taken apart for filters."""

import json
from collections.abc import Iterator


def format_custom_data(data: dict) -> str:
    """Write the object as JSON for reading and editing: two spaces a level, letters as they are; nothing for {}."""
    return json.dumps(data, ensure_ascii=False, indent=2) if data else ""


def flatten(data: dict) -> Iterator[tuple[str, str | int | float | bool | None]]:
    """Give each single value with its dotted path; the items of a list share the path of the list."""
    for key, value in data.items():
        yield from _flatten(key, value)


def _flatten(path: str, value) -> Iterator[tuple[str, str | int | float | bool | None]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _flatten(f"{path}.{key}", inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _flatten(path, inner)
    else:
        yield path, value
