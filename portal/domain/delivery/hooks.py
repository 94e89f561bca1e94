"""The doors that providers report at: open or shut, and the secret that a report has to show."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.domain import audit
from portal.domain.actors import Actor
from portal.domain.errors import NotFound, Refusal
from portal.model import EmailEvent, Setting
from portal.values import clock, delivery

PROVIDERS: Mapping[str, str] = {"portal": "Portal’s own shape", "ses": "Amazon SES", "postmark": "Postmark"}


class TopicWrong(Refusal):
    """What was entered is no topic of Amazon's."""

    sentence = "The topic is written as Amazon shows it, as in arn:aws:sns:eu-central-1:123456789012:portal-mail."


@dataclass(frozen=True)
class Hook:
    """One door: `topic` is the Amazon SNS topic whose reports it takes, `last_at` when it took the last one."""

    provider: str
    name: str
    on: bool
    topic: str = ""
    since: datetime | None = None
    by: str = ""
    last_at: datetime | None = None


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


def secret_of(session: Session, provider: str, *, vault) -> str | None:
    """Open the secret of a door; None where it is shut.

    :raises Unsealable: when the installation's key has changed and the old one was not kept.
    """
    kept = session.get(Setting, _key(provider))
    return vault.open(kept.value["secret"]) if kept is not None and kept.value.get("secret") else None


def set_hook(session: Session, provider: str, *, topic: str = "", vault, by: Actor) -> str:
    """Open a door, or give it a new secret: the old one ends at once. Gives the secret, which is not shown again.

    :raises NotFound: for a provider that is none.
    :raises TopicWrong: for an SNS topic that is none.
    """
    before = hook(session, provider)
    if provider == "ses" and not delivery.SNS_TOPIC.fullmatch(topic):
        raise TopicWrong(field="topic")
    secret = delivery.new_hook_secret()
    value = {"secret": vault.seal(secret), "topic": topic, "since": clock.now().isoformat(), "by": by.name}
    kept = session.get(Setting, _key(provider), with_for_update=True)
    if kept is None:
        session.add(Setting(key=_key(provider), value=value))
    else:
        kept.value, kept.changed_at = value, clock.now()
    session.flush()
    changes = {"enabled": (before.on, True)} | ({"topic": (before.topic or None, topic)} if topic else {"secret": (None, "replaced")})
    _record(session, provider, changes, by)
    return secret


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
    return Hook(provider, PROVIDERS[provider], True, value["topic"], datetime.fromisoformat(value["since"]), value["by"], last_at)


def _key(provider: str) -> str:
    return f"mail_hook_{provider}"


def _record(session: Session, provider: str, changes: dict, by: Actor) -> None:
    audit.record(session, "settings.mail_hook_changed", by=by, subject_name=PROVIDERS[provider], changes=changes)
