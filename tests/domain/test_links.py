"""Emailed links without sign-in: found by token and purpose, or refused by name."""

from datetime import timedelta

import pytest

from portal.domain import contacts, links
from portal.domain.sign_in import mint_link
from portal.model import Contact, EmailLink, EmailMessage
from portal.model.sign_in import PURPOSES
from portal.values import clock, tokens


def link_of(session, token):
    return session.query(EmailLink).filter_by(digest=tokens.digest(token)).one()


def test_a_live_link_gives_contact_customer_and_an_actor_who_may_nothing_else(session, cast):
    token = mint_link(session, purpose="unsubscribe", contact_id=cast.own_contacts["viewer"].id, topic="invoices")
    held = links.find(session, token, "unsubscribe")
    assert (held.contact.first_name, held.customer.id, held.topic.key) == ("Vera", cast.own.id, "invoices")
    assert held.customer.business_entity.name == "Northwind"
    assert held.masked == "v•••••a@gruenwald.example"
    actor = held.actor(ip="203.0.113.9")
    assert (actor.kind, actor.name, actor.customer_id, actor.permissions) == ("link", "Vera", cast.own.id, frozenset())


@pytest.mark.parametrize("made_for", PURPOSES)
@pytest.mark.parametrize("door", ["preferences", "unsubscribe"])
def test_a_token_opens_the_door_it_was_made_for_and_no_other(session, cast, made_for, door):
    owner = cast.own_contacts["owner"]
    token = mint_link(session, purpose=made_for, contact_id=owner.id, user_id=owner.user_id, topic="invoices")
    if made_for == door:
        assert links.find(session, token, door).contact.id == owner.id
    else:
        with pytest.raises(links.LinkUnknown):
            links.find(session, token, door)


@pytest.mark.parametrize("field", ["revoked_at", "expires_at"])
def test_a_link_that_was_revoked_or_has_expired_has_ended(session, cast, field):
    token = mint_link(session, purpose="preferences", contact_id=cast.own_contacts["owner"].id)
    setattr(link_of(session, token), field, clock.now() - timedelta(seconds=1))
    session.flush()
    with pytest.raises(links.LinkEnded):
        links.find(session, token, "preferences")


def test_the_link_of_a_removed_contact_has_ended(session, cast):
    vera = session.get_one(Contact, cast.own_contacts["viewer"].id)
    token = mint_link(session, purpose="preferences", contact_id=vera.id)
    contacts.remove(session, vera, by=cast.operator())
    with pytest.raises(links.LinkEnded):
        links.find(session, token, "preferences")


def test_a_link_sent_to_an_address_that_is_not_the_contacts_any_more_has_ended(session, cast):
    vera = session.get_one(Contact, cast.own_contacts["viewer"].id)
    message = EmailMessage(
        contact_id=vera.id, sender_id=cast.sender.id, to_address=vera.email, letter="wallet_credited", topic="wallet", dedup_key="1"
    )
    session.add(message)
    session.flush()
    token = mint_link(session, purpose="preferences", contact_id=vera.id, message_id=message.id)
    assert links.find(session, token, "preferences").contact is vera
    contacts.change(session, vera, {"email": "vera.neu@gruenwald.example"}, by=cast.operator())
    with pytest.raises(links.LinkEnded):
        links.find(session, token, "preferences")


def test_an_unsubscribe_link_for_what_cannot_be_stopped_is_unknown(session, cast):
    token = mint_link(session, purpose="unsubscribe", contact_id=cast.own_contacts["owner"].id, topic="security")
    with pytest.raises(links.LinkUnknown):
        links.find(session, token, "unsubscribe")


@pytest.mark.parametrize("token", ["", "nonsense", "\x00", "ü" * 300])
def test_nonsense_is_unknown(session, cast, token):
    with pytest.raises(links.LinkUnknown):
        links.find(session, token, "preferences")
