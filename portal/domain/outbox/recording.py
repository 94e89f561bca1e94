"""Writing down what became of a message that was handed over, or was not."""

import re
from datetime import timedelta

from sqlalchemy import bindparam, case, func, insert, null, or_, update
from sqlalchemy.orm import Session

from portal.domain import delivery
from portal.domain.kept import Kept
from portal.domain.outbox.claiming import WAITING
from portal.domain.outbox.pauses import GIVES_UP_AFTER, pause
from portal.domain.outbox.preparing import Prepared
from portal.model import EmailAttempt, EmailMessage
from portal.model.base import UtcDateTime
from portal.values import clock, ids
from portal.values.delivery import BOUNCED, Report, dead
from portal.values.text import fold

_REF = re.compile(r"(?:\bOk |queued as |\bid=)([\w.-]{8,120})", re.IGNORECASE)

_message = EmailMessage.__table__
_ADD_ATTEMPT = Kept(insert(EmailAttempt.__table__))
_ACCEPT = Kept(
    update(_message)
    .where(_message.c.id == bindparam("message"))
    .values(
        state=case((or_(*(_message.c.state == state for state in WAITING)), "sent"), else_=_message.c.state),
        sent_at=func.coalesce(_message.c.sent_at, bindparam("now", type_=UtcDateTime())),
        subject=bindparam("subject"),
        subject_key=bindparam("subject_key"),
        provider_ref=bindparam("ref"),
        from_name=bindparam("from_name"),
        from_address=bindparam("from_address"),
        reply_to=bindparam("answers"),
        signed_by=bindparam("signed_by"),
        from_note=bindparam("from_note"),
        reply=bindparam("words"),
        rule="",
        claimed_until=null(),
        claim_id=null(),
    )
)


def accepted(session: Session, sent: Prepared, reply: str, *, signed: bool) -> None:
    """Note that the server took the message, and as whose: `signed` tells whether the signature could be made.

    It holds whoever has the message by now, and never takes back what a report said in the meantime.
    """
    _attempt(session, sent, "accepted", 250, reply)
    found = _REF.search(reply)
    values = {"message": sent.id, "now": clock.now(), "ref": found[1] if found else "", "words": reply[:2000], **_subject(sent)}
    _ACCEPT.write(session.connection(), values | _origin(sent, signed))


def deferred(session: Session, sent: Prepared, code: int, reply: str, *, of_recipient: bool = False) -> None:
    """Note that the server said not now; the next try comes after a pause, and after two days there is none."""
    _put_off(session, sent, code, reply, pause(sent.attempts, code, reply, awaited=sent.awaited), of_recipient=of_recipient)


def unreachable(session: Session, sent: Prepared, reason: str, *, uncertain: bool) -> None:
    """Note that there was no answer; `uncertain` when the whole message had been written, so that it may have been taken."""
    _put_off(session, sent, None, reason, pause(sent.attempts, None, reason, uncertain=uncertain, awaited=sent.awaited))


def refused(session: Session, sent: Prepared, code: int, reply: str, *, of_recipient: bool) -> None:
    """Note that the server will never take it; where it refused the recipient, that is a bounce of the address."""
    _attempt(session, sent, "refused", code, reply)
    if _settle(session, sent, reply, state="bounced", **_subject(sent)):
        _tell(session, sent, f"{code} {reply}", hard=of_recipient and dead(code, reply), counts=of_recipient)


def unfit(session: Session, sent: Prepared, why: str) -> None:
    """Note that the message itself cannot be made; trying again would not help."""
    _attempt(session, sent, "unfit", None, why)
    _settle(session, sent, why, state="failed", rule="The letter could not be made.")


def _put_off(session: Session, sent: Prepared, code: int | None, reply: str, wait: timedelta, *, of_recipient: bool = False) -> None:
    _attempt(session, sent, "deferred", code, reply)
    now = clock.now()
    if now + wait < sent.created_at + GIVES_UP_AFTER:
        _settle(session, sent, reply, state="deferred", rule="", next_attempt_at=now + wait)
    elif _settle(session, sent, reply, state="failed", rule="It could not be handed over in two days.") and of_recipient:
        _tell(session, sent, f"{code} {reply}", hard=False, counts=True)


def _settle(session: Session, sent: Prepared, reply: str, **columns: object) -> bool:
    """Write what holds now, unless the claim is another's by now or a report says more; tell whether it was written."""
    made = session.execute(
        update(EmailMessage)
        .where(EmailMessage.id == sent.id, EmailMessage.claim_id == sent.claim_id, EmailMessage.sent_at.is_(None))
        .values(**columns, **_let_go(reply))
        .execution_options(synchronize_session=False)
    )
    return made.rowcount == 1


def _let_go(reply: str) -> dict[str, object]:
    return {"claimed_until": None, "claim_id": None, "reply": reply[:2000]}


def _attempt(session: Session, sent: Prepared, outcome: str, code: int | None, reply: str) -> None:
    row = {"id": ids.new_id(), "message_id": sent.id, "at": clock.now(), "outcome": outcome, "code": code, "reply": reply[:2000]}
    _ADD_ATTEMPT.write(session.connection(), row)


def _tell(session: Session, sent: Prepared, words: str, *, hard: bool, counts: bool) -> None:
    """Report the server's own refusal like any other bounce; one of the message itself says nothing about the address."""
    report = Report(
        provider_event_id=f"{sent.id}:{sent.attempts}",
        kind=BOUNCED,
        at=clock.now(),
        address=sent.to_address if counts else "",
        hard=hard,
        words=words,
        own_id=sent.id,
    )
    delivery.take(session, report, provider="smtp")


def _origin(sent: Prepared, signed: bool) -> dict[str, str]:
    """Give as whose the message went out."""
    domain, note = sent.signing.domain if sent.signing is not None and signed else "", sent.from_note
    if sent.signing is not None and not signed:
        note = f"{note} Not signed, because its key could not be used.".lstrip()
    named = {"from_name": sent.sender_name, "from_address": sent.sender_address, "answers": sent.reply_to}
    return named | {"signed_by": domain, "from_note": note}


def _subject(sent: Prepared) -> dict[str, str]:
    """Give the subject as it was sent, and how it begins as it is looked for."""
    subject = sent.rendered.subject[:255]
    return {"subject": subject, "subject_key": fold(subject)[:80]}
