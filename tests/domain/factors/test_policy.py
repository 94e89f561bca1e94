"""Who must have a second factor, and what goes when the last one does."""

import pyotp
import pytest
from sqlalchemy import select

from portal.domain import factors, passwords
from portal.domain.errors import Refusal
from portal.model import AuditEvent, OperatorRole, RecoveryCode
from tests.authenticator import code_of


@pytest.fixture
def app_of(session, user, vault, by):
    secret = pyotp.random_base32()
    assert factors.set_up(session, user, secret, code_of(secret), vault=vault, by=by)
    factors.make_codes(session, user, vault=vault, by=by)


def test_roles_are_chosen_and_recorded(session, cast):
    owner = cast.operator("owner")
    assert factors.roles_asked(session) == frozenset()
    assert factors.ask_of_roles(session, ["finance", "owner"], by=owner) == {"owner", "finance"}
    factors.ask_of_roles(session, ["finance", "owner"], by=owner)
    factors.ask_of_roles(session, [], by=owner)
    events = session.scalars(select(AuditEvent).order_by(AuditEvent.id)).all()
    assert [event.changes["roles"] for event in events] == [[None, "Finance, Owner"], ["Finance, Owner", None]]


def test_roles_of_ones_own_making_count_too(session, cast):
    session.add(OperatorRole(key="collector", name="Collector", permissions=["customer.read"]))
    session.flush()
    assert factors.roles_known(session)["collector"] == "Collector"
    factors.ask_of_roles(session, ["collector"], by=cast.operator("owner"))
    with pytest.raises(Refusal):
        factors.ask_of_roles(session, ["pirate"], by=cast.operator("owner"))


def test_those_who_have_none_are_counted_by_role(session, cast, app_of):
    without = factors.operators_without(session)
    assert "support" not in without
    assert without["owner"] == 1


def test_the_last_factor_takes_codes_and_a_short_password_with_it(session, user, by, app_of):
    user.password_hash = passwords.hash_password("mossfig7")
    removed = factors.remove_totp(session, user, by=by)
    assert (removed.last, removed.password_gone) == (True, True)
    assert user.password_hash is None
    assert not session.scalars(select(RecoveryCode)).all()


def test_a_long_password_stays(session, user, by, app_of):
    user.password_hash = passwords.hash_password("violet anchor tundra maple")
    assert not factors.remove_totp(session, user, by=by).password_gone
    assert user.password_hash
