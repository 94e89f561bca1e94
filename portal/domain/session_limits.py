"""How long a session lasts: by side, and shorter for roles that move money or give rights."""

from collections.abc import Iterable
from datetime import timedelta

from portal.domain.permissions import CUSTOMER_ROLES, GRAVE

IDLE = {"console": timedelta(hours=12), "portal": timedelta(days=7), "view": timedelta(minutes=30)}
ABSOLUTE = {"console": timedelta(days=7), "portal": timedelta(days=30), "view": timedelta(minutes=30)}
GRAVE_IDLE = {"console": timedelta(hours=4), "portal": timedelta(days=3)}
GRAVE_ABSOLUTE = {"console": timedelta(days=2), "portal": timedelta(days=14)}
"""Of operators who hold a word of `GRAVE`, and of a customer's people who may change things."""


def idle(side: str, role: str, words: Iterable[str]) -> timedelta:
    """Give how long a session may rest."""
    return (GRAVE_IDLE if _grave(side, role, words) else IDLE)[side]


def absolute(side: str, role: str, words: Iterable[str]) -> timedelta:
    """Give how long a session lasts whatever is done in it."""
    return (GRAVE_ABSOLUTE if _grave(side, role, words) else ABSOLUTE)[side]


def _grave(side: str, role: str, words: Iterable[str]) -> bool:
    if side == "console":
        return not GRAVE.isdisjoint(words)
    return side == "portal" and "account.address" in CUSTOMER_ROLES.get(role, ())
