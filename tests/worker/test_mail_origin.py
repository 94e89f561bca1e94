"""A message keeps which address it really went out from, where answers go, what it was signed for, and why."""

import email
from dataclasses import replace

import pytest

from portal.domain import mail_log, messages, senders
from portal.domain.messages import Recipient
from portal.gateways.smtp import Smtp
from portal.model import EmailMessage, Sender
from portal.values import clock
from portal.values.sealed import Vault
from portal.worker import mail_job
from tests import factories
from tests.worker.conftest import FACTS


@pytest.fixture
def southwind(database, cast, settings):
    """A second business entity, whose sender's key nobody has published; give the ids of both."""
    with database.writing() as session:
        entity, sender = factories.entity(session, name="Southwind", is_default=False)
        senders.make_key(session, sender, vault=Vault(settings.secret_key), by=cast.operator())
        return entity.id, sender.id


@pytest.fixture
def publish(database, cast, settings):
    """Let the record of a sender's key stand, as name servers would be asked for it."""

    def act(sender_id) -> None:
        with database.writing() as session:
            sender = session.get_one(Sender, sender_id)
            if not sender.dkim_private_key:
                session.refresh(sender, ["business_entity"])
                senders.make_key(session, sender, vault=Vault(settings.secret_key), by=cast.operator())
            sender.dns_published = True

    return act


@pytest.fixture
def send(database, settings, mail_server):
    """Write a letter of a business entity, let the worker hand it over; give the row and what the server took, or None."""
    server = mail_server()

    def act(entity_id, *, key="entry", address="nora@nachbar.example", **changed) -> tuple[EmailMessage, bytes | None]:
        with database.writing() as session:
            to = Recipient(address=address)
            made = messages.queue(session, "address_in_use", to=to, facts=FACTS, why="A test.", key=key, entity_id=entity_id)
            message_id, had = made.id, len(server.taken)
        used = replace(settings, smtp_url=f"smtp://127.0.0.1:{server.port}", **changed)
        smtp = Smtp(used.smtp_url, timeout=2)
        mail_job.run(database, used, smtp)
        smtp.close()
        with database.reading() as session:
            return session.get_one(EmailMessage, message_id), server.taken[-1].content if len(server.taken) > had else None

    act.server = server
    return act


def kept(message: EmailMessage) -> tuple[str, ...]:
    return message.from_name, message.from_address, message.reply_to, message.signed_by, message.from_note


def test_a_message_that_waits_has_no_origin_yet(database, letters):
    (message_id,) = letters("nora@nachbar.example")
    with database.reading() as session:
        assert kept(session.get_one(EmailMessage, message_id)) == ("", "", "", "", "")


def test_a_stand_in_is_kept_with_whose_place_it_took_and_why(send, southwind, publish, cast):
    publish(cast.sender.id)
    message, content = send(southwind[0])
    assert email.message_from_bytes(content)["From"] == '"Southwind" <billing@northwind.example>'
    assert kept(message) == (
        "Southwind",
        "billing@northwind.example",
        "billing@southwind.example",
        "northwind.example",
        "In place of billing@southwind.example, because the record of its key was not published.",
    )


def test_a_sender_of_its_own_that_is_signed_has_nothing_to_explain(send, publish, cast):
    publish(cast.sender.id)
    message, content = send(cast.entity.id)
    assert b"d=northwind.example" in content
    assert kept(message) == ("Northwind", "billing@northwind.example", "", "northwind.example", "")


def test_mail_without_a_key_and_without_a_record_says_why_it_is_not_signed(send, southwind, cast):
    assert kept(send(cast.entity.id)[0])[3:] == ("", "Not signed, because Portal has no key for it.")
    assert kept(send(southwind[0], key="other")[0])[3:] == ("", "Not signed, because the record of its key was not published.")


def test_a_removed_sender_is_named_as_the_one_whose_place_was_taken(send, database, southwind):
    with database.writing() as session:
        old = Sender(business_entity_id=southwind[0], name="News", address="news@southwind.example")
        session.add(old)
        session.flush()
        to = Recipient(address="nora@nachbar.example")
        made = messages.queue(session, "address_in_use", to=to, facts=FACTS, why="A test.", key="of-news", entity_id=southwind[0])
        made.sender_id, old.ended_at, made_id = old.id, clock.now(), made.id
    send(southwind[0])
    with database.reading() as session:
        message = session.get_one(EmailMessage, made_id)
        assert (message.from_name, message.from_address) == ("Southwind", "billing@southwind.example")
        assert message.from_note == (
            "In place of news@southwind.example, because that sender was removed. "
            "Not signed, because the record of its key was not published."
        )


def test_a_signature_that_could_not_be_made_is_not_claimed(send, database, publish, cast):
    publish(cast.sender.id)
    with database.writing() as session:
        session.get_one(Sender, cast.sender.id).dkim_private_key = "sealed by nobody"
    message, content = send(cast.entity.id)
    assert b"DKIM-Signature" not in content
    assert kept(message)[3:] == ("", "Not signed, because its key could not be used.")


def test_what_was_refused_keeps_where_it_came_from_too(send, cast):
    send.server.rcpt = "550 5.1.1 No such user"
    message, content = send(cast.entity.id, address="nobody@nachbar.example")
    assert content is None
    assert (message.state, message.from_address) == ("bounced", "billing@northwind.example")


def test_the_source_goes_on_to_show_what_went_out_after_the_record_is_published(send, database, southwind, publish, cast):
    publish(cast.sender.id)
    message, _ = send(southwind[0])
    publish(southwind[1])
    with database.reading() as session:
        headers = dict(mail_log.source(session, session.get_one(EmailMessage, message.id), public_url="https://x.example").headers)
    assert headers["From"] == "Southwind <billing@northwind.example>"
    assert headers["Reply-To"] == "billing@southwind.example"
