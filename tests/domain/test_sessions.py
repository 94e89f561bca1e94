"""Browser sessions: over when they are ended, idle, old, or the role behind them is gone."""

from datetime import timedelta

import pytest

from portal.domain import sessions
from portal.model import Contact, User
from portal.values import clock, tokens


@pytest.fixture
def user(session, cast) -> User:
    return session.merge(cast.operators["finance"])


@pytest.fixture
def started(session, user):
    return sessions.start(session, user, side="console", method="link", device="Firefox on Linux", ip="203.0.113.24")


def test_a_session_is_found_by_its_token_with_person_and_role(session, user, started):
    row = sessions.find(session, started.token)
    assert (row.user_id, row.operator_role, row.email) == (user.id, "finance", user.email)
    assert sessions.find(session, started.token + "x") is None


def test_only_the_digest_of_the_token_is_kept(started):
    assert started.row.digest == tokens.digest(started.token)


@pytest.mark.parametrize(
    ("side", "role", "idle", "absolute"),
    [
        ("console", "viewer", timedelta(hours=12), timedelta(days=7)),
        ("console", "support", timedelta(hours=12), timedelta(days=7)),
        ("console", "finance", timedelta(hours=4), timedelta(days=2)),
        ("console", "owner", timedelta(hours=4), timedelta(days=2)),
        ("portal", "viewer", timedelta(days=7), timedelta(days=30)),
        ("portal", "owner", timedelta(days=3), timedelta(days=14)),
    ],
)
def test_a_session_ends_when_idle_and_when_old_sooner_for_roles_that_change_more(session, cast, side, role, idle, absolute):
    contact = session.merge(cast.own_contacts[role]) if side == "portal" else None
    user = session.get_one(User, contact.user_id) if contact else session.merge(cast.operators[role])
    started = sessions.start(session, user, side=side, method="link", contact=contact)
    began = clock.now()
    with clock.frozen(began + idle - timedelta(minutes=1)):
        assert sessions.find(session, started.token) is not None
    with clock.frozen(began + idle + timedelta(minutes=1)):
        assert sessions.find(session, started.token) is None
        assert sessions.of_user(session, user.id) == []
    with clock.frozen(began + absolute - timedelta(minutes=1)):
        sessions.touch(session, started.row.id)
        assert sessions.find(session, started.token) is not None
    with clock.frozen(began + absolute + timedelta(minutes=1)):
        sessions.touch(session, started.row.id)
        assert sessions.find(session, started.token) is None


def test_a_session_ends_with_the_person_and_with_the_role(session, cast, user, started):
    user.deactivated_at = clock.now()
    session.flush()
    assert sessions.find(session, started.token) is None
    contact = session.merge(cast.own_contacts["viewer"])
    portal = sessions.start(session, session.get_one(User, contact.user_id), side="portal", method="link", contact=contact)
    assert sessions.find(session, portal.token).portal_role == "viewer"
    contact.portal_role = "none"
    session.flush()
    assert sessions.find(session, portal.token) is None


def test_a_portal_session_ends_when_the_contact_is_removed(session, cast):
    contact = session.merge(cast.own_contacts["viewer"])
    portal = sessions.start(session, session.get_one(User, contact.user_id), side="portal", method="link", contact=contact)
    session.get_one(Contact, contact.id).removed_at = clock.now()
    session.flush()
    assert sessions.find(session, portal.token) is None


def test_one_all_or_all_others_are_ended_and_nobody_elses(session, cast, user, started):
    others = [sessions.start(session, user, side="console", method="link") for _ in range(3)]
    stranger = sessions.start(session, session.merge(cast.operators["viewer"]), side="console", method="link")
    assert sessions.end(session, user.id, session_id=stranger.row.id, why="test") == 0
    assert sessions.end(session, user.id, session_id=others[0].row.id, why="test") == 1
    assert sessions.end(session, user.id, keep=started.row.id, why="test") == 2
    assert [row.id for row in sessions.of_user(session, user.id)] == [started.row.id]
    assert sessions.end(session, user.id, why="test") == 1
    assert sessions.find(session, stranger.token) is not None


def test_a_place_says_no_more_than_the_addresses_do():
    assert sessions.place("203.0.113.24", "203.0.113.24") == "this network"
    assert sessions.place("203.0.113.24", "203.0.113.25") == "another network"
    assert sessions.place("2001:db8:1:2::5", "2001:db8:1:2:ffff::9") == "this network"
    assert sessions.place("127.0.0.1", "203.0.113.25") == "the computer that Portal runs on"
    assert sessions.place("127.0.0.1", "127.0.0.1") == "this computer"
    assert sessions.place("", "203.0.113.25") == ""


def test_last_seen_is_written_once_a_minute(session, started):
    row = sessions.find(session, started.token)
    assert not sessions.needs_touch(row)
    with clock.frozen(clock.now() + timedelta(minutes=2)):
        assert sessions.needs_touch(sessions.find(session, started.token))


def test_a_session_is_told_in_words(session, cast):
    user = session.get_one(User, cast.operators["owner"].id)
    started = sessions.start(session, user, side="console", method="password", second_factor="totp", ip="203.0.113.24", device="Edge")
    assert sessions.told(started.row, "203.0.113.24") == sessions.Told("Console", "this network, 203.0.113.24", "by password and the app")
    bare = sessions.start(session, user, side="console", method="passkey", second_factor="passkey").row
    assert sessions.told(bare, "203.0.113.24") == sessions.Told("Console", "unknown address", "by passkey")
