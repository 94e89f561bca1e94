"""The people who can sign in: where they may go, invites, roles, leaving."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import func, select

from portal.domain import actors, roles, sessions, users
from portal.domain.errors import NotFound
from portal.model import AuditEvent, BrowserSession, Contact, Membership, User

CLI = actors.system("cli")


def test_places_are_the_console_first_then_customers_by_name(session, cast):
    for customer in (cast.neighbour, cast.own):
        session.add(
            Contact(customer_id=customer.id, email="Owner@northwind.example", email_key="owner@northwind.example", portal_role="viewer")
        )
    session.flush()
    found = users.places(session, "OWNER@northwind.example")
    assert [(place.side, place.name, place.role_name) for place in found] == [
        ("console", "Console", "Owner"),
        ("portal", "Grünwald & Jørgensen GmbH", "Viewer"),
        ("portal", "Nachbar AG", "Viewer"),
    ]


def test_removed_contacts_contacts_without_a_role_and_strangers_go_nowhere(session, cast):
    session.add(Contact(customer_id=cast.own.id, email="no@role.example", email_key="no@role.example"))
    session.flush()
    assert users.places(session, "no@role.example") == []
    assert users.places(session, "stranger@role.example") == []


def test_a_deactivated_person_goes_nowhere_not_even_as_a_contact(session, cast):
    user = session.merge(cast.operators["finance"])
    session.add(Contact(customer_id=cast.own.id, email=user.email, email_key=user.email_key, portal_role="owner"))
    users.deactivate(session, user, by=cast.operator())
    assert users.places(session, user.email) == []
    with pytest.raises(NotFound):
        users.find(session, user.id)


def test_inviting_makes_the_person_the_role_and_a_record(session, cast):
    user, token = users.invite_operator(session, "Jonas@northwind.example", "finance", by=CLI)
    assert user.email_key == "jonas@northwind.example"
    assert users.membership_of(session, user.id).role == "finance"
    assert len(token) > 40
    event = session.scalars(select(AuditEvent).where(AuditEvent.action == "operator.invited")).one()
    assert event.facts == {"role": "finance"}


def test_inviting_again_in_the_same_role_makes_a_fresh_link_in_another_is_refused(session, cast):
    first = users.invite_operator(session, "jonas@northwind.example", "finance", by=CLI)
    second = users.invite_operator(session, "jonas@northwind.example", "finance", by=CLI)
    assert (first[0].id, first[1] == second[1]) == (second[0].id, False)
    with pytest.raises(users.AlreadyOperator, match="with the role “Finance”"):
        users.invite_operator(session, "jonas@northwind.example", "owner", by=CLI)


def test_a_role_that_is_none_is_refused_with_those_there_are(session, cast):
    with pytest.raises(roles.UnknownRole, match="owner, manager, finance, support, viewer"):
        users.invite_operator(session, "jonas@northwind.example", "emperor", by=CLI)


def test_somebody_deactivated_may_be_invited_back(session, cast):
    user = session.merge(cast.operators["viewer"])
    users.deactivate(session, user, by=CLI)
    users.invite_operator(session, user.email, "support", by=CLI)
    assert [place.role for place in users.places(session, user.email)] == ["support"]


def test_a_new_role_ends_what_is_open_and_is_recorded(session, cast):
    user = session.merge(cast.operators["finance"])
    started = sessions.start(session, user, side="console", method="link")
    users.change_role(session, user, "support", by=cast.operator())
    assert sessions.find(session, started.token) is None
    event = session.scalars(select(AuditEvent).where(AuditEvent.action == "operator.changed")).one()
    assert event.changes == {"role": ["Finance", "Support"]}


def test_the_last_owner_stays(session, cast):
    owner = session.merge(cast.operators["owner"])
    with pytest.raises(users.LastOwner):
        users.change_role(session, owner, "viewer", by=CLI)
    with pytest.raises(users.LastOwner):
        users.deactivate(session, owner, by=CLI)
    users.change_role(session, session.merge(cast.operators["manager"]), "owner", by=CLI)
    users.deactivate(session, owner, by=CLI)


def test_two_owners_who_let_each_other_go_at_once_do_not_both_go(database, cast):
    with database.writing() as session:
        users.change_role(session, session.merge(cast.operators["manager"]), "owner", by=CLI)
    start = Barrier(2)

    def let_go(role: str) -> bool:
        start.wait()
        try:
            database.act(lambda session: users.deactivate(session, session.get_one(User, cast.operators[role].id), by=CLI))
        except users.LastOwner:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(let_go, ("owner", "manager"))) == [False, True]
    with database.reading() as session:
        assert session.scalar(select(func.count()).where(Membership.role == "owner", Membership.ended_at.is_(None))) == 1


def test_two_owners_who_demote_each_other_at_once_leave_one(database, cast):
    with database.writing() as session:
        users.change_role(session, session.merge(cast.operators["manager"]), "owner", by=CLI)
    start = Barrier(2)

    def demote(role: str) -> bool:
        start.wait()
        try:
            database.act(lambda session: users.change_role(session, session.get_one(User, cast.operators[role].id), "viewer", by=CLI))
        except users.LastOwner:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(demote, ("owner", "manager"))) == [False, True]
    with database.reading() as session:
        assert session.scalar(select(func.count()).where(Membership.role == "owner", Membership.ended_at.is_(None))) == 1


def test_one_person_invited_twice_at_once_has_one_place(database, cast):
    start = Barrier(2)

    def invite(_) -> None:
        start.wait()
        database.act(lambda session: users.invite_by_mail(session, "jonas@northwind.example", "viewer", by=cast.operator()))

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(invite, range(2)))
    with database.reading() as session:
        user = users.by_email(session, "jonas@northwind.example")
        assert len(users.memberships_of(session, user.id)) == 1


def test_what_was_taken_away_is_given_back_as_it_was(session, cast):
    user = session.merge(cast.operators["support"])
    users.change_role(session, user, "support", entities=[cast.entity.id], by=cast.operator())
    users.deactivate(session, user, by=cast.operator())
    assert users.operator(session, user.id).entities == {cast.entity.id: "Northwind"}
    users.reactivate(session, user, by=cast.operator())
    assert users.entities_of(session, user.id) == {cast.entity.id}
    assert [place.role for place in users.places(session, user.email)] == ["support"]
    with pytest.raises(NotFound):
        users.reactivate(session, user, by=cast.operator())


def test_a_new_password_ends_all_sessions_but_the_present(session, cast):
    user = session.merge(cast.operators["support"])
    present, other = (sessions.start(session, user, side="console", method="password") for _ in range(2))
    users.set_password(session, user, "a hash", keep=present.row.id, by=cast.operator("support"))
    assert sessions.find(session, present.token) is not None
    assert sessions.find(session, other.token) is None
    event = session.scalars(select(AuditEvent)).one()
    assert event.action == "user.password_set"
    assert "a hash" not in repr(event.changes) + repr(event.facts)
    assert session.scalars(select(BrowserSession.end_reason).where(BrowserSession.id == other.row.id)).one() == "password changed"


def test_ones_own_settings_are_changed_and_recorded_with_before_and_after(session, cast):
    user = session.merge(cast.operators["viewer"])
    users.change_own(session, user, {"name": "Vi", "theme": "dark"}, by=cast.operator("viewer"))
    users.change_own(session, user, {"name": "Vi"}, by=cast.operator("viewer"))
    event = session.scalars(select(AuditEvent)).one()
    assert event.changes == {"name": ["Viewer Operator", "Vi"], "theme": [None, "dark"]}
