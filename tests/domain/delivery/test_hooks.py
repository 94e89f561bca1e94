"""Secrets of the doors that providers report at: two hold for a while, so that the other side can be given the new one."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.domain import delivery
from portal.model import AuditEvent, Setting
from portal.values import clock
from portal.values.sealed import Vault


@pytest.fixture
def vault(settings):
    return Vault(settings.secret_key)


@pytest.fixture
def turn(session, cast, vault):
    """Make a door a new secret, and give it."""
    return lambda provider="portal": delivery.set_hook(session, provider, vault=vault, by=cast.operator())


def events(session) -> list[AuditEvent]:
    found = session.scalars(select(AuditEvent).where(AuditEvent.action == "settings.mail_hook_changed"))
    return sorted(found, key=lambda one: one.id)


def test_the_first_secret_has_none_before_it(session, vault, turn):
    only = turn()
    assert delivery.secrets_of(session, "portal", vault=vault) == [only]
    assert delivery.hook(session, "portal").former_until is None


def test_the_one_before_holds_for_a_day_and_both_are_sealed(session, vault, turn):
    former, present = turn(), turn()
    assert delivery.secrets_of(session, "portal", vault=vault) == [present, former]
    assert delivery.hook(session, "portal").former_until - clock.now() <= delivery.OVERLAP
    kept = str(session.get_one(Setting, "mail_hook_portal").value)
    assert former not in kept
    assert present not in kept
    with clock.frozen(clock.now() + delivery.OVERLAP - timedelta(minutes=1)):
        assert len(delivery.secrets_of(session, "portal", vault=vault)) == 2
    with clock.frozen(clock.now() + delivery.OVERLAP + timedelta(minutes=1)):
        assert delivery.secrets_of(session, "portal", vault=vault) == [present]


def test_of_three_the_oldest_ends_at_once(session, vault, turn):
    _, second, third = turn(), turn(), turn()
    assert delivery.secrets_of(session, "portal", vault=vault) == [third, second]


def test_each_door_has_secrets_of_its_own(session, vault, turn):
    turn(), turn()
    assert len(delivery.secrets_of(session, "postmark", vault=vault)) == 0


def test_another_topic_of_amazons_keeps_no_secret_before(session, vault, cast):
    for name in ("first", "second"):
        topic = f"arn:aws:sns:eu-central-1:123456789012:{name}"
        delivery.set_hook(session, "ses", topic=topic, vault=vault, by=cast.operator())
    assert delivery.hook(session, "ses").former_until is None


def test_ended_by_hand_it_is_destroyed_and_recorded_once(session, vault, turn, cast):
    turn()
    present = turn()
    for _ in range(2):
        delivery.end_former(session, "portal", by=cast.operator())
    assert delivery.secrets_of(session, "portal", vault=vault) == [present]
    assert "former" not in session.get_one(Setting, "mail_hook_portal").value
    assert [event.changes for event in events(session)][2:] == [{"former_secret": ["valid", None]}]


def test_the_record_says_until_when_the_one_before_holds(session, turn):
    turn(), turn()
    first, second = events(session)
    assert "former_until" not in (first.facts or {})
    assert second.facts["former_until"] == delivery.hook(session, "portal").former_until.isoformat()


def test_what_ran_out_is_destroyed(session, vault, turn):
    turn()
    present = turn()
    assert delivery.forget_former(session) == 0
    with clock.frozen(clock.now() + delivery.OVERLAP + timedelta(seconds=1)):
        assert delivery.forget_former(session) == 1
        assert delivery.forget_former(session) == 0
    assert "former" not in session.get_one(Setting, "mail_hook_portal").value
    assert delivery.secrets_of(session, "portal", vault=vault) == [present]
    assert events(session)[-1].actor_kind == "system"


def test_a_former_secret_that_cannot_be_opened_does_not_stop_the_present_one(session, vault, turn):
    turn()
    present = turn()
    kept = session.get_one(Setting, "mail_hook_portal")
    kept.value = kept.value | {"former": kept.value["former"] | {"secret": "sealed by nobody"}}
    session.flush()
    assert delivery.secrets_of(session, "portal", vault=vault) == [present]
