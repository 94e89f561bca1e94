"""The installation's own roles: made, changed and ended, never beyond what their maker may."""

import pytest
from sqlalchemy import select

from portal.domain import actors, roles, sessions, users
from portal.domain.permissions import EVERYWHERE, NOUNS, OPERATOR, OPERATOR_ROLES
from portal.model import AuditEvent, OperatorRole

CLI = actors.system("cli")


@pytest.fixture
def desk(session, cast):
    return roles.define(session, "Wallet desk", ["wallet.adjust", "message.read"], by=cast.operator())


def giver(cast, *words):
    """An operator whose role holds some words besides inviting."""
    held = roles.completed(["operator.change", *words])
    return actors.operator(user_id=cast.operators["manager"].id, name="Giver", role="own", permissions=held)


def test_a_role_holds_its_words_and_what_they_cannot_do_without(session, desk):
    found = roles.find(session, desk.key)
    assert found.words == {"wallet.adjust", "wallet.read", "message.read", "customer.read", "self.read", "self.change"}
    assert (found.name, found.made) == ("Wallet desk", True)
    event = session.scalars(select(AuditEvent).where(AuditEvent.action == "role.defined")).one()
    assert event.changes["permissions"][1] == [label for word, label in OPERATOR.items() if word in found.words]


def test_a_role_has_a_name_of_its_own_and_something_to_do(session, cast, desk):
    for name in ("wallet  DESK", "Owner"):
        with pytest.raises(roles.NameTaken):
            roles.define(session, name, ["wallet.read"], by=cast.operator())
    for name, words in (("", ["wallet.read"]), ("Idle", []), ("Idle", ["no.word"])):
        with pytest.raises(roles.NoWords):
            roles.define(session, name, words, by=cast.operator())


def test_nobody_makes_changes_or_ends_a_role_beyond_their_own(session, cast, desk):
    clerk = giver(cast, "wallet.read")
    with pytest.raises(roles.MoreThanYours):
        roles.define(session, "Mover", ["wallet.adjust"], by=clerk)
    with pytest.raises(roles.MoreThanYours):
        roles.change(session, desk, name="Wallet desk", words=["wallet.read"], by=clerk)
    with pytest.raises(roles.MoreThanYours):
        roles.end(session, desk, by=clerk)
    assert roles.define(session, "Reader", ["wallet.read"], by=clerk).name == "Reader"


def test_nobody_gives_or_takes_away_more_than_they_have(session, cast):
    clerk = giver(cast, "wallet.read")
    owner = session.merge(cast.operators["owner"])
    with pytest.raises(roles.MoreThanYours):
        users.invite_operator(session, "jonas@northwind.example", "owner", by=clerk)
    with pytest.raises(roles.MoreThanYours):
        users.change_role(session, owner, "viewer", by=clerk)
    with pytest.raises(roles.MoreThanYours):
        users.deactivate(session, owner, by=clerk)


def test_a_changed_role_counts_with_the_next_page_of_its_holders(session, cast, desk):
    user, _ = users.invite_operator(session, "jonas@northwind.example", desk.key, by=cast.operator())
    token = sessions.start(session, user, side="console", method="link").token
    roles.change(session, desk, name="Desk", words=["message.read"], by=cast.operator())
    row = sessions.find(session, token)
    assert row.own_role_name == "Desk"
    assert "wallet.adjust" not in roles.words_of(row.operator_role, row.own_role_words)
    assert [place.role_name for place in users.places(session, user.email)] == ["Desk"]


def test_a_role_that_somebody_has_stays_and_an_ended_one_is_not_given(session, cast, desk):
    user, _ = users.invite_operator(session, "jonas@northwind.example", desk.key, by=cast.operator())
    with pytest.raises(roles.StillHeld, match="One operator has this role"):
        roles.end(session, desk, by=cast.operator())
    users.change_role(session, user, "viewer", by=cast.operator())
    roles.end(session, desk, by=cast.operator())
    with pytest.raises(roles.UnknownRole):
        users.change_role(session, user, desk.key, by=cast.operator())
    assert desk.key not in {role.key for role in roles.all(session)}


def test_a_session_in_a_role_that_is_gone_is_over(session, cast, desk):
    user, _ = users.invite_operator(session, "jonas@northwind.example", desk.key, by=cast.operator())
    token = sessions.start(session, user, side="console", method="link").token
    assert sessions.find(session, token) is not None
    session.get_one(OperatorRole, desk.key).ended_at = desk.created_at
    session.flush()
    assert sessions.find(session, token) is None


def test_every_word_is_about_a_noun_that_has_a_name():
    assert {word.split(".")[0] for word in OPERATOR} == NOUNS.keys()
    assert OPERATOR.keys() >= EVERYWHERE
    assert all(words <= OPERATOR_ROLES["owner"] for words in OPERATOR_ROLES.values())
