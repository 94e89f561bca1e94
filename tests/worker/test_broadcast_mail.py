"""A broadcast as its readers' programs see it, over a real conversation; and a stop that holds at the last moment."""

import email
import email.policy
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select, update

from portal.domain import broadcasts, communications, outbox, topics
from portal.domain.letters import Words
from portal.gateways.smtp import Smtp
from portal.model import Broadcast, Contact, EmailMessage
from portal.values import clock
from portal.worker import broadcast_job, mail_job

WORDS = Words("For {customer_name}", "In short.", "Hello[[ {contact_name}]],\n\nsomething **is new**.\n\n[Open the portal](portal)")


@pytest.fixture
def events(database, cast):
    """A topic of the installation that one reader asked for."""
    with database.writing() as session:
        topic = topics.add(session, "Events near you", "", by=cast.operator())
        viewer = session.get_one(Contact, cast.own_contacts["viewer"].id)
        communications.choose(session, viewer, {topic.key: True}, how="form", wording={}, by=cast.person("viewer"))
    return topic.key


@pytest.fixture
def sent(database, cast):
    """Schedule a broadcast of a topic for now and write its messages: sent("invoices") -> its id."""

    def send(topic: str):
        draft = broadcasts.Draft(name="Spring", view="all", topic=topic, business_entity_id=None, words=WORDS)
        with database.writing() as session:
            made = broadcasts.create(session, draft, by=cast.operator("manager"))
        while broadcast_job.run(database):
            pass
        with database.writing() as session:
            found = session.get_one(Broadcast, made.id)
            broadcasts.schedule(session, found, None, version=found.version, by=cast.operator("manager"))
        while broadcast_job.run(database):
            pass
        return made.id

    return send


@pytest.fixture
def mails(mail_server, database, sent_by):
    """Hand over what is due and read it as a mail program does."""
    server = mail_server()
    smtp = Smtp(f"smtp://127.0.0.1:{server.port}")

    def read():
        while mail_job.run(database, sent_by(server), smtp):
            pass
        return [email.message_from_bytes(envelope.content, policy=email.policy.default) for envelope in server.taken]

    yield read
    smtp.close()


def test_it_arrives_in_its_own_words_with_a_way_to_stop_it(sent, events, mails, client, database, cast):
    broadcast_id = sent(events)
    (mail,) = mails()
    assert mail["To"].addresses[0].addr_spec == "vera@gruenwald.example"
    assert mail["Subject"] == "For Grünwald & Jørgensen GmbH"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    text = mail.get_body(("plain",)).get_content()
    assert "Hello Vera," in text
    assert "Stop mail about events near you" in text
    assert "because events near you are on." in " ".join(text.split())
    address = urlsplit(mail["List-Unsubscribe"].strip("<>")).path
    assert client.http.post(address, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    with database.reading() as session:
        standing = {
            verdict.contact.email: verdict for verdict in communications.recipients(session, session.merge(cast.own, load=False), events)
        }
        result = broadcasts.result(session, session.get_one(Broadcast, broadcast_id))
    assert (standing["vera@gruenwald.example"].will, standing["vera@gruenwald.example"].rule) == (False, "off")
    assert (result.states, result.left_since) == ({"sent": 1}, 1)


def test_what_stands_around_its_words_is_in_each_readers_language(sent, events, mails, database, cast):
    with database.writing() as session:
        session.get_one(Contact, cast.own_contacts["viewer"].id).locale = "de"
    sent(events)
    (mail,) = mails()
    text = " ".join(mail.get_body(("plain",)).get_content().split())
    assert "Hello Vera," in text
    assert "weil „events near you“ eingeschaltet ist." in text
    assert "„events near you“ abbestellen:" in text
    with database.reading() as session:
        assert [one.why for one in session.scalars(select(EmailMessage))] == [
            f"You get this as contact of {cast.own.name}, because events near you are on."
        ]


def test_whoever_opts_out_before_it_goes_out_does_not_get_it(sent, events, mails, database, cast):
    sent(events)
    with database.writing() as session:
        viewer = session.get_one(Contact, cast.own_contacts["viewer"].id)
        communications.choose(session, viewer, {events: False}, how="link", wording={}, by=cast.person("viewer"))
    assert mails() == []
    with database.reading() as session:
        assert [(one.state, one.rule) for one in session.scalars(select(EmailMessage))] == [("suppressed", "Switched off.")]


def test_after_a_stop_the_outbox_hands_nothing_over_though_nothing_is_marked_yet(sent, mails, database, cast):
    broadcast_id = sent("invoices")
    with database.writing() as session:
        broadcasts.stop(session, session.get_one(Broadcast, broadcast_id), by=cast.operator("manager"))
    assert mails() == []
    with database.reading() as session:
        found = session.scalars(select(EmailMessage)).all()
    assert {(one.state, one.rule) for one in found} == {("suppressed", "The broadcast was stopped by Manager Operator.")}


def test_what_was_being_handed_over_at_the_stop_is_not_tried_again(sent, database, cast, settings):
    broadcast_id = sent("invoices")
    mint = {"secret_key": settings.secret_key.encode(), "public_url": settings.public_url}
    with database.writing() as session:
        (claimed,) = outbox.claim_batch(session, limit=1, **mint)
    with database.writing() as session:
        broadcasts.stop(session, session.get_one(Broadcast, broadcast_id), by=cast.operator("manager"))
    while broadcast_job.run(database):
        pass
    with database.writing() as session:
        outbox.deferred(session, claimed, 451, "4.7.1 Later")
        session.execute(update(EmailMessage).where(EmailMessage.id == claimed.id).values(next_attempt_at=clock.now()))
    with database.writing() as session:
        assert outbox.claim_batch(session, **mint) == []
        message = session.get_one(EmailMessage, claimed.id)
        assert (message.state, message.rule) == ("suppressed", "The broadcast was stopped by Manager Operator.")
