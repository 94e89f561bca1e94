"""Who mail is written as, with and without a published record."""

import pytest

from portal.domain import business_entities, senders
from portal.model import Sender
from tests import factories


@pytest.fixture
def southwind(session, cast, vault):
    """The sender of another business entity, with a key that is not published."""
    _, made = factories.entity(session, name="Southwind", is_default=False)
    return senders.make_key(session, made, vault=vault, by=cast.operator())


def test_without_a_key_mail_goes_out_as_ever_and_unsigned(session, cast):
    identity = senders.written_as(session, session.merge(cast.sender))
    assert (identity.address, identity.signing, identity.kind) == ("billing@northwind.example", None, "unsigned")
    assert "does not sign it" in identity.why


def test_a_key_without_a_record_signs_nothing_and_holds_nothing_back(session, sender):
    identity = senders.written_as(session, sender)
    assert (identity.address, identity.signing, identity.kind) == ("billing@northwind.example", None, "waiting")
    assert "Nothing is held back." in identity.why


def test_a_published_record_lets_mail_be_signed(session, sender, publish):
    publish(sender)
    identity = senders.written_as(session, sender)
    assert identity.kind == "signed"
    assert identity.signing == senders.Signing("northwind.example", sender.dkim_selector, sender.dkim_private_key)


def test_the_default_sender_of_the_default_entity_stands_in_under_the_name_of_the_other(session, sender, publish, southwind):
    publish(sender)
    identity = senders.written_as(session, southwind)
    assert (identity.kind, identity.name, identity.address, identity.reply_to) == (
        "stand-in", "Southwind", "billing@northwind.example", "billing@southwind.example",
    )  # fmt: skip
    assert identity.signing.selector == sender.dkim_selector


def test_one_of_the_same_entity_stands_in_first(session, sender, publish, southwind, vault, cast):
    publish(sender)
    facts = {"name": "News", "address": "news@southwind.example", "reply_to": ""}
    entity = business_entities.find(session, southwind.business_entity_id)
    publish(senders.add(session, entity, facts, vault=vault, by=cast.operator()))
    assert senders.written_as(session, southwind).address == "news@southwind.example"


def test_another_entitys_sender_that_is_not_the_default_stands_in_for_nobody(session, sender, publish, southwind):
    publish(southwind)
    assert senders.written_as(session, sender).kind == "waiting"


def test_a_record_at_another_domain_than_the_address_counts_for_nothing(session, sender, publish):
    publish(sender)
    sender.address = "billing@elsewhere.example"
    assert senders.written_as(session, sender).signing is None


def test_mail_of_a_removed_sender_goes_out_from_the_default_one(session, sender, publish, vault, cast):
    publish(sender)
    entity = business_entities.default(session)
    news = senders.add(
        session, entity, {"name": "News", "address": "news@northwind.example", "reply_to": ""}, vault=vault, by=cast.operator()
    )
    senders.remove(session, news, by=cast.operator())
    identity = senders.written_as(session, session.get_one(Sender, news.id))
    assert (identity.address, identity.name, identity.kind) == ("billing@northwind.example", "Northwind", "signed")
