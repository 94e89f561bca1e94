"""How often invites are written: to one address, and by one person; whoever is told to wait is told how long."""

from datetime import timedelta

from sqlalchemy.orm import Session

from portal.domain import throttles
from portal.domain.actors import Actor
from portal.domain.errors import Refusal
from portal.domain.throttles import Rule

TO_ONE = Rule("invite_to", free=3, first=timedelta(minutes=5), longest=timedelta(minutes=30))
BY_ONE = Rule("invite_by", free=30, first=timedelta(minutes=1), longest=timedelta(minutes=30))


class TooManyInvites(Refusal):
    """The address was written to several times, or the person has written very many."""

    status = 429

    def __init__(self, seconds: int, *, field: str):
        super().__init__(
            f"Several invites were written just now. The next one can be written in {throttles.in_words(seconds)}.", field=field
        )
        self.seconds = seconds


def admit(session: Session, email: str, *, field: str, by: Actor) -> None:
    """Count an invite to an address.

    :raises TooManyInvites: when it has to wait.
    """
    counters = [(TO_ONE, throttles.by_address(email))]
    if by.user_id is not None:
        counters.append((BY_ONE, f"user:{by.user_id}"))
    if seconds := throttles.admit(session, *counters):
        raise TooManyInvites(seconds, field=field)
