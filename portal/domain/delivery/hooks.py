"""The doors that providers report at: open or shut, and the secret that a report has to show."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.domain import audit
from portal.domain.actors import Actor, system
from portal.domain.errors import NotFound, Refusal
from portal.model import EmailEvent, Setting
from portal.values import clock, delivery
from portal.values.sealed import Unsealable

PROVIDERS: Mapping[str, str] = {"portal": "Portal’s own shape", "ses": "Amazon SES", "postmark": "Postmark"}
OVERLAP = timedelta(hours=24)
"""So long the secret before the present one holds too: there is time to enter the new one on the other side."""


class TopicWrong(Refusal):
    """What was entered is no topic of Amazon's."""

    sentence = "The topic is written as Amazon shows it, as in arn:aws:sns:eu-central-1:123456789012:portal-mail."


@dataclass(frozen=True)
class Hook:
    """One door: `topic` is the Amazon SNS topic whose reports it takes, `last_at` when it took the last one.

    `former_until` is until when the secret before the present one holds; None where none does.
    """

    provider: str
    name: str
    on: bool
    topic: str = ""
    since: datetime | None = None
    by: str = ""
    last_at: datetime | None = None
    former_until: datetime | None = None


def hooks(session: Session) -> list[Hook]:
    """List the doors, open and shut."""
    told = session.execute(select(EmailEvent.provider, func.max(EmailEvent.received_at)).group_by(EmailEvent.provider))
    last = {row[0]: row[1] for row in told}
    return [_hook(session, provider, last.get(provider)) for provider in PROVIDERS]


def hook(session: Session, provider: str) -> Hook:
    """Give one door. :raises NotFound: for a provider that is none."""
    if provider not in PROVIDERS:
        raise NotFound
    return _hook(session, provider, None)


def secrets_of(session: Session, provider: str, *, vault) -> list[str]:
    """Open the secrets that a door believes: the present one, and the one before for as long as it holds; none where it is shut.

    :raises Unsealable: when the installation's key has changed and the old one was not kept.
    """
    kept = session.get(Setting, _key(provider))
    if kept is None or not kept.value.get("secret"):
        return []
    found = [vault.open(kept.value["secret"])]
    if _former_until(kept.value) is not None:
        with suppress(Unsealable):
            found.append(vault.open(kept.value["former"]["secret"]))
    return found


def set_hook(session: Session, provider: str, *, topic: str = "", vault, by: Actor) -> str:
    """Open a door, or give it a new secret: the one before holds for OVERLAP more. Gives the secret, which is not shown again.

    Of two that hold already, the older one ends at once.

    :raises NotFound: for a provider that is none.
    :raises TopicWrong: for an SNS topic that is none.
    """
    before = hook(session, provider)
    if provider == "ses" and not delivery.SNS_TOPIC.fullmatch(topic):
        raise TopicWrong(field="topic")
    secret = delivery.new_hook_secret()
    value = {"secret": vault.seal(secret), "topic": topic, "since": clock.now().isoformat(), "by": by.name}
    facts = {}
    kept = session.get(Setting, _key(provider), with_for_update=True, populate_existing=True)
    if kept is None:
        session.add(Setting(key=_key(provider), value=value))
    else:
        if not topic:
            facts = {"former_until": (clock.now() + OVERLAP).isoformat()}
            value["former"] = {"secret": kept.value["secret"], "until": facts["former_until"]}
        kept.value, kept.changed_at = value, clock.now()
    session.flush()
    changes = {"enabled": (before.on, True)} | ({"topic": (before.topic or None, topic)} if topic else {"secret": (None, "replaced")})
    _record(session, provider, changes, by, facts)
    return secret


def end_former(session: Session, provider: str, *, by: Actor) -> None:
    """Let the secret before the present one hold no more, and destroy it.

    :raises NotFound: for a provider that is none.
    """
    hook(session, provider)
    kept = session.get(Setting, _key(provider), with_for_update=True, populate_existing=True)
    if kept is None or "former" not in kept.value:
        return
    kept.value = {name: value for name, value in kept.value.items() if name != "former"}
    kept.changed_at = clock.now()
    session.flush()
    _record(session, provider, {"former_secret": ("valid", None)}, by)


def forget_former(session: Session) -> int:
    """Destroy the secrets whose time is over; tell how many."""
    over = [
        provider
        for provider in PROVIDERS
        if (kept := session.get(Setting, _key(provider))) is not None and "former" in kept.value and _former_until(kept.value) is None
    ]
    for provider in over:
        end_former(session, provider, by=system("worker"))
    return len(over)


def switch_off(session: Session, provider: str, *, by: Actor) -> None:
    """Shut a door: its secret is forgotten."""
    if not hook(session, provider).on:
        return
    session.delete(session.get_one(Setting, _key(provider)))
    session.flush()
    _record(session, provider, {"enabled": (True, False)}, by)


def _hook(session: Session, provider: str, last_at: datetime | None) -> Hook:
    kept = session.get(Setting, _key(provider))
    if kept is None:
        return Hook(provider, PROVIDERS[provider], False, last_at=last_at)
    value = kept.value
    return Hook(
        provider,
        PROVIDERS[provider],
        True,
        value["topic"],
        datetime.fromisoformat(value["since"]),
        value["by"],
        last_at,
        _former_until(value),
    )


def _former_until(value: Mapping) -> datetime | None:
    """Read until when the secret before holds; None where there is none, or its time is over."""
    until = datetime.fromisoformat(value["former"]["until"]) if "former" in value else None
    return until if until is not None and until > clock.now() else None


def _key(provider: str) -> str:
    return f"mail_hook_{provider}"


def _record(session: Session, provider: str, changes: dict, by: Actor, facts: dict | None = None) -> None:
    audit.record(session, "settings.mail_hook_changed", by=by, subject_name=PROVIDERS[provider], changes=changes, facts=facts or {})
