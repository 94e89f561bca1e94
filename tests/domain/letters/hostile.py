"""Facts of a letter in which a stranger wrote all that is text."""

from collections.abc import Mapping


def facts_of(letter, evil: str) -> dict:
    """Give the sample with `evil` for each text and phrase; times and the currency stay."""
    return {name: value if name == "currency" else _evil(value, evil, whole=True) for name, value in letter.sample.items()}


def places_of(letter, evil: str) -> dict:
    """Give the sample with `evil` in the places of its phrases only."""
    return {name: _evil(value, evil, whole=False) if isinstance(value, Mapping) else value for name, value in letter.sample.items()}


def _evil(value, evil: str, *, whole: bool):
    if isinstance(value, str):
        return value if value.startswith("2026-") else evil
    if isinstance(value, Mapping) and whole:
        return evil
    if isinstance(value, Mapping) and "all" in value:
        return {"all": [_evil(one, evil, whole=False) for one in value["all"]]}
    if isinstance(value, Mapping) and "with" in value:
        return {**value, "with": {name: _evil(place, evil, whole=True) for name, place in value["with"].items()}}
    return value
