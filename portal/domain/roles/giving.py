"""Nobody gives or takes more than they have: the one rule about whom one's power reaches."""

from collections.abc import Iterable

from portal.domain.actors import Actor
from portal.domain.roles.refusals import MoreThanYours


def covers(by: Actor, words: Iterable[str]) -> bool:
    """Tell whether somebody may give, change and take away a role of these words."""
    return by.permissions.issuperset(words)


def refuse_more_than(by: Actor, *words: frozenset[str]) -> None:
    """Refuse what goes beyond the actor's own words.

    :raises MoreThanYours: for a role of more words.
    """
    for some in words:
        if not covers(by, some):
            raise MoreThanYours(field="role")
