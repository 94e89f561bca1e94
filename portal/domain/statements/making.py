"""How many PDFs one person has made: setting a long one keeps a processor busy for seconds, so they come a few at a time."""

from datetime import timedelta
from typing import NamedTuple

from sqlalchemy.orm import Session

from portal.domain import throttles
from portal.domain.actors import Actor
from portal.domain.errors import Refusal
from portal.domain.throttles import Rule

MADE = Rule("statement_paper", free=30, window=timedelta(minutes=10), longest=timedelta(minutes=5))
_LASTS = timedelta(seconds=150)
UNDER_WAY = Rule("statement_press", free=1, window=_LASTS, first=_LASTS, longest=_LASTS)
"""Held while one is set, and let go with it; one whose server was killed is let go after this time."""
AT_ONCE = 2
SOON = 10


class Place(NamedTuple):
    """What one who has a PDF made holds: give it back with `leave`."""

    counted_by: str


class PaperBusy(Refusal):
    """No PDF is made for this person now; one may ask again in `seconds`."""

    status = 429

    def __init__(self, seconds: int, sentence: str):
        self.seconds = seconds
        super().__init__(f"{sentence} Wait {throttles.in_words(seconds)}, then download this one; the CSV is there at any time.")


def enter(session: Session, *, by: Actor) -> Place:
    """Count that somebody has a PDF made, and hold a place for it.

    :raises PaperBusy: while AT_ONCE are being made for them, or after many in a short time.
    """
    whose = str(by.viewer or by.user_id)
    places = [f"{whose}:{number}" for number in range(AT_ONCE)]
    throttles.in_turn(session, whose, *places)
    free = next((place for place in places if not throttles.wait(session, UNDER_WAY, place)), None)
    if free is None:
        raise PaperBusy(SOON, "Other PDFs are being made for you.")
    if seconds := throttles.wait(session, MADE, whose):
        raise PaperBusy(seconds, "Many PDFs were made for you in a short time.")
    throttles.note(session, MADE, whose)
    throttles.note(session, UNDER_WAY, free)
    return Place(free)


def leave(session: Session, place: Place) -> None:
    """Give a place back."""
    throttles.forget(session, UNDER_WAY, place.counted_by)
