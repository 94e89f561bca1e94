"""Mail as its readers' programs see it: the one click of RFC 8058, and scanners that open every link of every mail."""

import email
import email.policy
import hashlib
import html
import re
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select

from portal.domain import contacts, messages, sign_in, suppressions, users
from portal.domain.messages import Recipient
from portal.gateways.smtp import Smtp
from portal.model import Base, Contact, PreferenceReceipt
from portal.worker import mail_job
from tests.worker.conftest import CREDIT

LINK = re.compile(r"http://localhost[^\s\"'<>)]*")


@pytest.fixture
def mails(mail_server, database, sent_by):
    """Send what is due and read it as a mail program does: mails() -> parsed messages."""
    server = mail_server()
    smtp = Smtp(f"smtp://127.0.0.1:{server.port}")

    def read():
        while mail_job.run(database, sent_by(server), smtp):
            pass
        return [email.message_from_bytes(envelope.content, policy=email.policy.default) for envelope in server.taken]

    yield read
    smtp.close()


def links_of(message) -> set[str]:
    parts = [message.get_body((kind,)).get_content() for kind in ("plain", "html")]
    found = {html.unescape(link) for part in parts for link in LINK.findall(part)}
    if header := message["List-Unsubscribe"]:
        found.add(header.strip("<>"))
    return found


def state_of(database) -> str:
    """Hash every row of every table."""
    state = hashlib.sha256()
    with database.read_engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            rows = sorted(repr(tuple(row)) for row in connection.execute(select(table)))
            state.update(f"{table.name}: {rows}\n".encode())
    return state.hexdigest()


@pytest.fixture
def every_kind(database, cast, settings):
    """Write one mail of each kind of link."""
    by = cast.operator()
    with database.writing() as session:
        customer = session.merge(cast.own)
        owner, viewer = (session.get_one(Contact, cast.own_contacts[role].id) for role in ("owner", "viewer"))
        wallet = {"open_wallet": {"purpose": "sign_in", "target": "/account"}}
        messages.tell(session, customer, "wallet", "wallet_credited", facts=CREDIT, links=wallet, key="1")
        contacts.invite(session, contacts.add(session, customer, {"email": "new@gruenwald.example"}, by=by), "viewer", by=by)
        suppressions.put(session, viewer.email, scope="all", reason="bounced", by=by)
        suppressions.write_once_more(session, viewer, by=by)
        users.invite_operator(session, "fresh@northwind.example", "viewer", by=by)
        sign_in.ask(session, owner.email, by=by)


def test_a_scanner_that_opens_every_link_of_every_mail_twice_changes_nothing(app, database, every_kind, mails):
    sent = mails()
    assert len(sent) >= 4
    before, opened = state_of(database), 0
    for message in sent:
        links = links_of(message)
        assert links
        for link in links:
            path = link.removeprefix("http://localhost") or "/"
            for _ in range(2):
                scanner = app.test_client()
                assert scanner.head(path).status_code < 400
                assert scanner.get(path, follow_redirects=True).status_code in {200, 401}
                opened += 1
    assert opened >= 12
    assert state_of(database) == before


def test_a_mail_programs_one_click_stops_the_topic_without_cookie_or_redirect(app, database, cast, credited, mails):
    credited()
    (message,) = mails()
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    url = urlsplit(re.fullmatch(r"<(\S+)>", message["List-Unsubscribe"])[1])
    client = app.test_client(use_cookies=False)
    for content in (
        {"data": {"List-Unsubscribe": "One-Click"}},
        {"data": {"List-Unsubscribe": "One-Click"}, "content_type": "multipart/form-data"},
    ):
        answer = client.post(url.path, headers={"Origin": "https://mail.example"}, **content)
        assert answer.status_code == 200
        assert "Set-Cookie" not in answer.headers
    with database.reading() as session:
        own = PreferenceReceipt.contact_id == cast.own_contacts["owner"].id
        receipt = session.scalars(select(PreferenceReceipt).where(own)).one()
    assert (receipt.topic, receipt.wanted, receipt.how) == ("wallet", False, "one_click")
    credited(key="later")
    assert [one["To"].addresses[0].addr_spec for one in mails()].count("marta@gruenwald.example") == 1


def test_essential_mail_has_no_way_to_unsubscribe(letters, mails):
    letters("a@b.example")
    (message,) = mails()
    assert message["List-Unsubscribe"] is None
    assert message["List-Unsubscribe-Post"] is None


def test_reports_find_the_message_by_its_headers(letters, mails, rows):
    letters("a@b.example")
    (message,) = mails()
    assert message["X-Portal-Message"] == message["X-PM-Metadata-portal-message"] == str(rows()[0].id)
    assert message["Message-ID"] == rows()[0].message_id


def test_mail_comes_back_to_the_address_that_is_set_with_the_messages_own_id(letters, database, sent_by, mail_server, rows):
    server = mail_server()
    letters("a@b.example")
    used = replace(sent_by(server), bounce_address="bounces@northwind.example")
    smtp = Smtp(used.smtp_url)
    mail_job.run(database, used, smtp)
    smtp.close()
    assert server.taken[0].mail_from == f"bounces+{rows()[0].id.hex}@northwind.example"


def test_names_that_would_be_headers_stay_names(database, cast, mails):
    with database.writing() as session:
        to = Recipient(address="a@b.example", name="Eve\r\nBcc: all@x.example")
        messages.queue(session, "address_in_use", to=to, facts={"asked_at": "2026-11-23T08:14:00+00:00"}, why="A test.", key="1")
    assert mails() == []
