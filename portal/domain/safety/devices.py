"""New devices: where a person signs in from for the first time, they are told."""

from datetime import timedelta
from ipaddress import ip_address, ip_network

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain import throttles
from portal.domain.actors import Actor
from portal.domain.safety import acts
from portal.domain.safety.telling import write
from portal.domain.throttles import Rule
from portal.model import BrowserSession, User

LETTER = "new_device"
NEIGHBOURS = {4: 24, 6: 48}  # bits; who comes from next door comes from the same place, for a provider hands addresses around
LOOKED_AT = 500
CALM = Rule("new_device_mail", free=3, window=timedelta(days=1))


def note_device(session: Session, user: User, started: BrowserSession, *, by: Actor) -> bool:
    """Mail the person when no earlier session of theirs was on such a device near such an address; tell whether it was so.

    The very first session is nobody's surprise. At most three such mails go out a day: who travels is not pestered.
    """
    earlier = session.execute(
        select(BrowserSession.device, BrowserSession.ip)
        .where(BrowserSession.user_id == user.id, BrowserSession.id != started.id, BrowserSession.side != "view")
        .order_by(BrowserSession.created_at.desc())
        .limit(LOOKED_AT)
    ).all()
    here = (started.device, _neighbourhood(started.ip))
    if not earlier or here in {(row.device, _neighbourhood(row.ip)) for row in earlier}:
        return False
    counted_by = f"user:{user.id}"
    throttles.in_turn(session, counted_by)
    if throttles.count(session, CALM, counted_by) >= CALM.free:
        return True
    throttles.note(session, CALM, counted_by)
    method = started.method
    write(session, user, LETTER, acts.of_entrance(method), act=method, about="password" if method == "password" else "", by=by)
    return True


def _neighbourhood(ip: str) -> str:
    try:
        address = ip_address(ip)
    except ValueError:
        return ip
    return str(ip_network((address, NEIGHBOURS[address.version]), strict=False))
