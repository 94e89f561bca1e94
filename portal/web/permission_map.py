"""The routes by the words they ask for: what the pages about permissions show, so that none can be left out."""

from dataclasses import dataclass, field
from functools import lru_cache

from flask import Flask

from portal.domain.permissions import CUSTOMER, OPERATOR, by_noun

SAFE = {"GET", "HEAD", "OPTIONS"}


@dataclass(frozen=True)
class Asked:
    """What asks for a permission word: `pages` to look at and `acts` that change something, each in a sentence."""

    word: str
    label: str
    pages: tuple[str, ...] = field(default=())
    acts: tuple[str, ...] = field(default=())


@lru_cache(maxsize=8)
def map_of(app: Flask, side: str) -> tuple[tuple[str, tuple[Asked, ...]], ...]:
    """Give the words of a side ("console" or "account") by what they are about: (heading, words), each with its routes.

    A route is told by the first sentence of its view.
    """
    told: dict[str, dict[bool, list[str]]] = {}
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: (str(rule), rule.endpoint)):
        view = app.view_functions[rule.endpoint]
        if rule.endpoint.startswith(f"{side}."):
            act = not rule.methods <= SAFE
            said = told.setdefault(view.permission, {}).setdefault(act, [])
            if (told_of := sentence(view)) not in said:
                said.append(told_of)
    words = OPERATOR if side == "console" else CUSTOMER
    asked = {word: Asked(word, label, *(tuple(told.get(word, {}).get(act, ())) for act in (False, True))) for word, label in words.items()}
    if side != "console":
        return (("The portal", tuple(asked.values())),)
    return tuple((label, tuple(asked[word] for word in some)) for label, some in by_noun().items())


def sentence(view) -> str:
    """Give the first sentence of a view: what it does, in words."""
    first = (view.__doc__ or "").strip().partition("\n\n")[0]
    return " ".join(first.split()).partition(";")[0].rstrip(".")
