"""What providers post, read: our own shape, Amazon SES's, Postmark's. Each gives reports; what tells nothing gives none."""

from collections.abc import Mapping
from datetime import UTC, datetime
from uuid import UUID

from portal.values import clock
from portal.values.delivery import BOUNCED, COMPLAINED, DEFERRED, DELIVERED, KINDS, Report

_POSTMARK_HARD = {"HardBounce", "BadEmailAddress", "AddressChange"}
_POSTMARK_SOFT = {
    "SoftBounce",
    "Blocked",
    "DnsError",
    "SpamNotification",
    "DMARCPolicy",
    "SMTPApiError",
    "VirusNotification",
    "Undeliverable",
}


class NotUnderstood(ValueError):
    """What was posted does not have the shape; the text says what is missing."""


def own(event_id: str, body: object) -> list[Report]:
    """Read our own shape:

        {"type": "message.bounced", "timestamp": "2026-11-23T08:14:00Z",
         "data": {"message_id": "<0192…@northwind.example>", "recipient": "marta@gruenwald.example",
                  "bounce": "hard", "reply": "550 5.1.1 No such user"}}

    `type` is message.delivered, message.deferred, message.bounced or message.complained. The message is named by its
    Message-ID, or by `portal_message`, which stands in its header X-Portal-Message. `bounce` is hard (the address takes no mail)
    or soft. `event_id` is the webhook-id of the request: the same again changes nothing.

    :raises NotUnderstood: when it does not have the shape.
    """
    posted = _object(body)
    noun, _, kind = _text(posted, "type").partition(".")
    if noun != "message" or kind not in KINDS:
        raise NotUnderstood("type is message.delivered, message.deferred, message.bounced or message.complained")
    data = _object(posted.get("data"))
    if kind == BOUNCED and data.get("bounce") not in {"hard", "soft"}:
        raise NotUnderstood("data.bounce is hard or soft")
    return [
        Report(
            provider_event_id=event_id,
            kind=kind,
            at=_moment(posted.get("timestamp")),
            address=_text(data, "recipient"),
            hard=data.get("bounce") == "hard",
            words=_text(data, "reply"),
            own_id=_uuid(data.get("portal_message")),
            message_ids=tuple(filter(None, [_bracketed(_text(data, "message_id"))])),
        )
    ]


def ses(body: object) -> list[Report]:
    """Read what Amazon SES tells of a message, by notification or by event publishing.

    :raises NotUnderstood: when it does not have the shape.
    """
    posted = _object(body)
    kind = _text(posted, "notificationType") or _text(posted, "eventType")
    mail = _object(posted.get("mail"))
    read = {"Bounce": _ses_bounce, "Complaint": _ses_complaint, "Delivery": _ses_delivery, "DeliveryDelay": _ses_delay}.get(kind)
    if read is None:
        return []
    heads = {_text(head, "name").lower(): _text(head, "value") for head in _objects(mail.get("headers"))}
    named = {
        "own_id": _uuid(heads.get("x-portal-message")),
        "message_ids": tuple(filter(None, [_bracketed(heads.get("message-id", ""))])),
        "provider_ref": _text(mail, "messageId"),
    }
    return read(posted, named)


def postmark(body: object) -> list[Report]:
    """Read what Postmark tells of a message: Bounce, Delivery and SpamComplaint.

    :raises NotUnderstood: when it does not have the shape.
    """
    posted = _object(body)
    record, kind = _text(posted, "RecordType"), _text(posted, "Type")
    own_id = _uuid(_object(posted.get("Metadata") or {}).get("portal-message"))
    named = {"own_id": own_id, "provider_ref": _text(posted, "MessageID")}
    words = _text(posted, "Details") or _text(posted, "Description")
    if record == "Delivery":
        key = ":".join((record, _text(posted, "MessageID"), _text(posted, "Recipient"), _text(posted, "DeliveredAt")))
        at = _moment(posted.get("DeliveredAt"))
        return [Report(provider_event_id=key, kind=DELIVERED, at=at, address=_text(posted, "Recipient"), words=words, **named)]
    if record == "SpamComplaint" or (record == "Bounce" and kind in {"SpamComplaint"}):
        told, hard = COMPLAINED, False
    elif record == "Bounce" and kind == "Transient":
        told, hard = DEFERRED, False
    elif record == "Bounce" and kind in _POSTMARK_HARD | _POSTMARK_SOFT:
        told, hard = BOUNCED, kind in _POSTMARK_HARD
    else:
        return []
    key, at = f"{record}:{posted.get('ID')}", _moment(posted.get("BouncedAt"))
    return [Report(provider_event_id=key, kind=told, at=at, address=_text(posted, "Email"), hard=hard, words=words, **named)]


def _ses_bounce(posted: Mapping, named: dict) -> list[Report]:
    bounce = _object(posted.get("bounce"))
    return [
        Report(
            provider_event_id=f"{_text(bounce, 'feedbackId')}:{_text(one, 'emailAddress')}",
            kind=BOUNCED,
            at=_moment(bounce.get("timestamp")),
            address=_text(one, "emailAddress"),
            hard=_text(bounce, "bounceType") == "Permanent",
            words=_text(one, "diagnosticCode") or f"{_text(bounce, 'bounceType')}, {_text(bounce, 'bounceSubType')}",
            **named,
        )
        for one in _objects(bounce.get("bouncedRecipients"))
    ]


def _ses_complaint(posted: Mapping, named: dict) -> list[Report]:
    complaint = _object(posted.get("complaint"))
    if _text(complaint, "complaintFeedbackType") == "not-spam":
        return []
    words = f"Feedback of the type {_text(complaint, 'complaintFeedbackType') or 'abuse'}"
    return [
        Report(
            provider_event_id=f"{_text(complaint, 'feedbackId')}:{_text(one, 'emailAddress')}",
            kind=COMPLAINED,
            at=_moment(complaint.get("timestamp")),
            address=_text(one, "emailAddress"),
            words=words,
            **named,
        )
        for one in _objects(complaint.get("complainedRecipients"))
    ]


def _ses_delivery(posted: Mapping, named: dict) -> list[Report]:
    delivery = _object(posted.get("delivery"))
    recipients = [one for one in delivery.get("recipients") or [] if isinstance(one, str)]
    return [_ses_of("delivery", one, DELIVERED, delivery, _text(delivery, "smtpResponse"), named) for one in recipients]


def _ses_delay(posted: Mapping, named: dict) -> list[Report]:
    delay = _object(posted.get("deliveryDelay"))
    return [
        _ses_of("delay", _text(one, "emailAddress"), DEFERRED, delay, _text(one, "diagnosticCode") or _text(delay, "delayType"), named)
        for one in _objects(delay.get("delayedRecipients"))
    ]


def _ses_of(what: str, recipient: str, kind: str, part: Mapping, words: str, named: dict) -> Report:
    key = f"{named['provider_ref']}:{what}:{recipient}:{_text(part, 'timestamp')}"
    return Report(provider_event_id=key, kind=kind, at=_moment(part.get("timestamp")), address=recipient, words=words, **named)


def _object(value: object) -> Mapping:
    if not isinstance(value, Mapping):
        raise NotUnderstood("an object is missing where one belongs")
    return value


def _objects(value: object) -> list[Mapping]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


def _text(value: Mapping, name: str) -> str:
    found = value.get(name)
    return found if isinstance(found, str) else ""


def _uuid(value: object) -> UUID | None:
    try:
        return UUID(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _bracketed(text: str) -> str:
    text = text.strip()[:255]
    return f"<{text.strip('<>')}>" if "@" in text else ""


def _moment(value: object) -> datetime:
    """Read an ISO time; now where it is none."""
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else clock.now()
    except ValueError:
        return clock.now()
    return found if found.tzinfo else found.replace(tzinfo=UTC)
