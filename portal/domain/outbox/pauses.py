"""How long a message waits for its next try, by what the server said (RFC 5321, 4.2.1 and 4.5.4.1)."""

from datetime import timedelta

from portal.values import delivery

GIVES_UP_AFTER = timedelta(days=2)
"""Counted from the first day of the message; less than the four days of RFC 5321, for what we write is of the day."""
_LONGEST = timedelta(hours=4)
_ASKED_FOR = timedelta(minutes=1)


def pause(attempts: int, code: int | None, words: str, *, uncertain: bool = False, awaited: bool = False) -> timedelta:
    """Give the pause after the try of this number, from 1.

    No answer, and 421 (the server closes): its own trouble, likely over soon: 1, 2, 4 ... 30 minutes. 450, 451: the mailbox is
    busy or the server is new to us (greylisting): 2, 6, 18 ... minutes up to four hours. 452, full or too many: 15, 45 ...
    minutes. Where the server may have taken the message, a quarter of an hour at the least, in which its report can come.
    `awaited` is for what somebody waits for in front of a page: a minute at the most, but for what may have arrived.
    """
    if uncertain:
        found = max(timedelta(minutes=15), _growing(timedelta(minutes=5), 3, attempts))
    elif awaited:
        found = min(_ASKED_FOR, timedelta(seconds=20) * attempts)
    elif code is None or code == 421:
        found = min(_growing(timedelta(minutes=1), 2, attempts), timedelta(minutes=30))
    elif delivery.full(code, words):
        found = _growing(timedelta(minutes=15), 3, attempts)
    else:
        found = _growing(timedelta(minutes=2), 3, attempts)
    return min(found, _LONGEST)


def _growing(first: timedelta, factor: int, attempts: int) -> timedelta:
    return first * factor ** min(max(attempts, 1) - 1, 10)
