"""The password door: counted before the password is looked at, so that many tries at once count each."""

from sqlalchemy.orm import Session

from portal.domain import throttles
from portal.domain.throttles import Rule

HERE = Rule("password", free=5)
ANYWHERE = Rule("password", free=20)
NETWORK = Rule("password", free=40)
"""From one network a person is slowed down soon, from many networks later: a stranger cannot easily keep somebody out."""


def admit(session: Session, email: str, ip: str) -> int:
    """Count a try with a password and give 0, or the seconds to wait before there may be one."""
    return throttles.admit(session, *_counters(email, ip))


def wait_for(session: Session, email: str, ip: str) -> int:
    """Say how many seconds the next try has to wait."""
    return max(throttles.wait(session, rule, counted_by) for rule, counted_by in _counters(email, ip))


def let_in(session: Session, email: str, ip: str) -> None:
    """Forget the tries on an address: its owner was here. Those of the network stay counted."""
    for rule, counted_by in _counters(email, ip)[:2]:
        throttles.forget(session, rule, counted_by)


def _counters(email: str, ip: str) -> list[tuple[Rule, str]]:
    return [
        (HERE, throttles.by_address_and_network(email, ip)),
        (ANYWHERE, throttles.by_address(email)),
        (NETWORK, throttles.by_network(ip)),
    ]
