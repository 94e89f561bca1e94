"""Throttles: what is tried too often waits, and is told how long. Counted in the database, so right over many processes."""

import hashlib
import ipaddress
import math
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from portal.model import Attempt
from portal.values import clock, emails

KEPT = timedelta(days=1)


@dataclass(frozen=True)
class Rule:
    """How often something may be tried: `free` times within `window`, then after a wait that doubles up to `longest`."""

    kind: str
    free: int
    window: timedelta = timedelta(hours=1)
    first: timedelta = timedelta(seconds=15)
    longest: timedelta = timedelta(minutes=15)


def by_address(email: str) -> str:
    """Give what attempts on one email address are counted by."""
    return _hashed(f"email:{emails.email_key(email)}")


def by_network(ip: str) -> str:
    """Give what attempts from one network are counted by: an IPv4 address, or the /64 that one IPv6 household has."""
    return _hashed(f"net:{network(ip)}")


def by_address_and_network(email: str, ip: str) -> str:
    """Give what attempts on one address from one network are counted by."""
    return _hashed(f"both:{emails.email_key(email)}:{network(ip)}")


def by_refusal(email: str, ip: str, *kind: str) -> str:
    """Give what refusals of one kind are counted by, for one address and from one network."""
    return _hashed(":".join(("refusal", emails.email_key(email), network(ip), *kind)))


def network(ip: str) -> str:
    """Name the network of an IP address; the text itself where it is none."""
    try:
        address = ipaddress.ip_address(ip)
    except ValueError:
        return ip
    return str(address) if address.version == 4 else str(ipaddress.ip_network((address, 64), strict=False))


def admit(session: Session, *counters: tuple[Rule, str]) -> int:
    """Count a try by each (rule, what it is counted by) and give 0, or the seconds to wait before there may be one.

    Tries that come at once are counted one after another, so that many do not pass on one count.
    """
    in_turn(session, *(counted_by for _, counted_by in counters))
    if seconds := max(wait(session, rule, counted_by) for rule, counted_by in counters):
        return seconds
    for rule, counted_by in counters:
        note(session, rule, counted_by)
    return 0


def in_turn(session: Session, *counted_by: str) -> None:
    """Let those who are counted alike go one after another, until the transaction ends.

    PostgreSQL has advisory locks for it, taken in one order by all; on SQLite there is one writer at a time anyway, who
    has to be in before counting.
    """
    for number in sorted({_lock_number(text) for text in counted_by}):
        if session.get_bind().dialect.name == "postgresql":
            session.execute(select(func.pg_advisory_xact_lock(number)))


def wait(session: Session, rule: Rule, counted_by: str) -> int:
    """Say how many whole seconds the next try has to wait; 0 when it may be made now."""
    now = clock.now()
    made, last = session.execute(
        select(func.count(), func.max(Attempt.at)).where(
            Attempt.kind == rule.kind, Attempt.counted_by == counted_by, Attempt.at > now - rule.window
        )
    ).one()
    if made < rule.free:
        return 0
    pause = min(rule.first * 2 ** min(made - rule.free, 20), rule.longest)
    return max(0, math.ceil((last + pause - now).total_seconds()))


def count(session: Session, rule: Rule, counted_by: str) -> int:
    """Count the tries within the rule's window."""
    return session.scalar(
        select(func.count()).where(Attempt.kind == rule.kind, Attempt.counted_by == counted_by, Attempt.at > clock.now() - rule.window)
    )


def note(session: Session, rule: Rule, counted_by: str) -> None:
    """Count one try, and drop those of the same kind and key that count for nothing any more."""
    session.execute(delete(Attempt).where(Attempt.kind == rule.kind, Attempt.counted_by == counted_by, Attempt.at < clock.now() - KEPT))
    session.add(Attempt(kind=rule.kind, counted_by=counted_by))
    session.flush()


def forget(session: Session, rule: Rule, counted_by: str) -> None:
    """Start counting anew, as after a success."""
    session.execute(delete(Attempt).where(Attempt.kind == rule.kind, Attempt.counted_by == counted_by))


def in_words(seconds: int) -> str:
    """Say a wait as a person would: "40 seconds", "3 minutes"."""
    if seconds < 90:
        return f"{seconds} second{'' if seconds == 1 else 's'}"
    return f"{math.ceil(seconds / 60)} minutes"


def _lock_number(counted_by: str) -> int:
    """Give a number of 64 bits for what is counted by."""
    return int.from_bytes(hashlib.sha256(f"throttle:{counted_by}".encode()).digest()[:8], "big", signed=True)


def _hashed(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
