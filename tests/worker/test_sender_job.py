"""Records looked up by a real resolver, and mail signed with what they belong to: from the key to the receiver."""

from dataclasses import replace
from datetime import timedelta

import dkim
import pytest
from sqlalchemy import select, update

from portal.domain import messages, senders
from portal.domain.senders.records import key_name
from portal.gateways.dns import Resolver
from portal.gateways.smtp import Smtp
from portal.model import AuditEvent, EmailMessage, Sender
from portal.values import clock
from portal.values.dkim import record
from portal.values.sealed import Vault
from portal.worker import mail_job, sender_job

FACTS = {
    "amount": 2500, "before": 0, "after": 2500, "currency": "EUR", "reason": "Goodwill", "text": "Sorry",
    "posted_at": "2026-11-23T08:14:00+00:00",
}  # fmt: skip
OPEN_WALLET = {"open_wallet": {"purpose": "sign_in", "target": "/account"}}


@pytest.fixture
def sender(database, cast, settings):
    with database.writing() as session:
        return senders.make_key(session, session.merge(cast.sender), vault=Vault(settings.secret_key), by=cast.operator())


@pytest.fixture
def look(database, settings, name_server):
    """Let the worker look the records up, and give the sender afterwards."""

    def act() -> Sender:
        sender_job.run(database, settings, Resolver(name_server.address, timeout=2.0))
        with database.reading() as session:
            return session.scalars(select(Sender).where(Sender.is_default)).one()

    return act


@pytest.fixture
def receive(database, settings, cast, mail_server):
    """Write a message, let the worker hand it over, and give what the server took."""
    server = mail_server()

    def act(*, key="entry-1", **changed):
        used = replace(settings, smtp_url=f"smtp://127.0.0.1:{server.port}", **changed)
        with database.writing() as session:
            messages.tell(session, session.merge(cast.own), "wallet", "wallet_credited", facts=FACTS, links=OPEN_WALLET, key=key)
        smtp = Smtp(used.smtp_url, timeout=2)
        mail_job.run(database, used, smtp)
        smtp.close()
        return server.taken[-1].content

    return act


def publish(name_server, sender) -> None:
    name_server.records[key_name(sender), "TXT"] = [record(sender.dkim_public_key)]


def verified(content: bytes, name_server) -> bool:
    """Verify with dkimpy, by the records that the name server holds."""

    def texts(name, timeout=5):
        return "".join(name_server.records.get((name.decode().rstrip("."), "TXT"), [])).encode()

    return dkim.verify(content, dnsfunc=texts)


def test_from_the_key_over_the_record_to_a_signature_that_receivers_verify(sender, look, receive, name_server):
    assert look().dns_state == "missing"
    assert b"DKIM-Signature" not in receive(key="before")
    publish(name_server, sender)
    with clock.frozen(clock.now() + timedelta(minutes=11)):
        assert look().dns_state == "published"
    content = receive(key="after")
    assert verified(content, name_server)
    assert b"list-unsubscribe:list-unsubscribe-post" in content
    assert b"List-Unsubscribe-Post: List-Unsubscribe=One-Click" in content
    assert not verified(content.replace(b"One-Click", b"Two-Click"), name_server)


@pytest.mark.parametrize(("mode", "words"), [("silent", "did not answer"), ("servfail", "SERVFAIL"), ("garbage", "did not answer")])
def test_a_resolver_that_does_not_answer_stops_neither_mail_nor_signing(sender, look, receive, name_server, mode, words):
    publish(name_server, sender)
    look()
    name_server.mode = mode
    with clock.frozen(clock.now() + timedelta(days=2)):
        found = look()
    assert (found.dns_state, found.dns_published) == ("unreachable", True)
    assert words in found.dns_report[0]["words"]
    name_server.mode = ""
    assert verified(receive(), name_server)


def test_a_long_record_comes_over_tcp_where_udp_cuts_it_off(sender, look, name_server):
    publish(name_server, sender)
    name_server.mode = "truncated"
    assert look().dns_state == "published"


def test_it_is_not_looked_up_again_before_its_time(sender, look, name_server):
    publish(name_server, sender)
    look()
    asked = len(name_server.asked)
    look()
    assert len(name_server.asked) == asked
    with clock.frozen(clock.now() + timedelta(days=1, minutes=1)):
        look()
    assert len(name_server.asked) == 2 * asked


def test_the_worker_records_a_change_as_its_own_act(sender, look, database, name_server):
    publish(name_server, sender)
    look()
    with database.reading() as session:
        event = session.scalars(select(AuditEvent).where(AuditEvent.action == "sender.checked")).one()
    assert (event.actor_kind, event.changes) == ("system", {"dns_state": ["unknown", "published"]})


def test_switched_off_the_resolver_asks_nobody_and_says_nothing(sender, database, settings, name_server):
    assert sender_job.run(database, settings, Resolver("none")) is False
    with database.reading() as session:
        assert session.scalars(select(Sender)).one().dns_state == "unknown"


def test_mail_moves_over_to_the_new_key_and_verifies_all_along(sender, look, receive, name_server, database, settings, cast):
    publish(name_server, sender)
    look()
    with database.writing() as session:
        turned = senders.make_key(session, session.get_one(Sender, sender.id), vault=Vault(settings.secret_key), by=cast.operator())
    first = receive(key="first")
    assert f"s={sender.dkim_selector};".encode() in first
    name_server.records[key_name(turned, new=True), "TXT"] = [record(turned.dkim_next_public_key)]
    with clock.frozen(clock.now() + timedelta(minutes=11)):
        look()
    second = receive(key="second")
    assert f"s={turned.dkim_next_selector};".encode() in second
    assert verified(first, name_server)
    assert verified(second, name_server)


def test_a_sealed_key_that_cannot_be_opened_lets_mail_go_unsigned(sender, look, receive, name_server, database):
    publish(name_server, sender)
    look()
    content = receive(secret_key="another-key-0123456789-abcdefghij-xyz")
    assert b"DKIM-Signature" not in content
    with database.reading() as session:
        assert session.scalars(select(EmailMessage.state)).all() == ["sent"]


def test_a_key_that_is_none_lets_mail_go_unsigned(sender, look, receive, name_server, database, settings):
    publish(name_server, sender)
    look()
    with database.writing() as session:
        session.execute(update(Sender).values(dkim_private_key=Vault(settings.secret_key).seal("no key")))
    assert b"DKIM-Signature" not in receive()


def test_a_former_secret_still_opens_the_key(sender, look, receive, name_server, settings):
    publish(name_server, sender)
    look()
    turned = {"secret_key": "another-key-0123456789-abcdefghij-xyz", "secret_key_fallbacks": (settings.secret_key,)}
    assert verified(receive(**turned), name_server)
