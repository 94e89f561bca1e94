"""The demo's mail server and its mailbox, with real messages and with noise."""

import socket
from types import SimpleNamespace

import pytest

from portal.gateways.mail_catcher.mailbox import Mailbox
from portal.gateways.mail_catcher.server import MailCatcher
from portal.gateways.smtp import Accepted, Smtp

SENDER = "bounce@northwind.example"


@pytest.fixture
def catcher(tmp_path):
    catcher = MailCatcher(tmp_path / "mail")
    catcher.start()
    yield catcher
    catcher.stop()


@pytest.fixture
def post(catcher, letter):
    client = Smtp(f"smtp://127.0.0.1:{catcher.port}", timeout=5)

    def post(to="marta@gruenwald.example", **changes):
        assert client.send(SENDER, to, letter(to_address=to, **changes)) == Accepted("2.0.0 Kept in the demo mailbox")

    yield post
    client.close()


@pytest.fixture
def mailbox(catcher):
    return Mailbox(catcher.directory)


def test_a_message_sent_is_a_message_to_read(post, mailbox):
    post(headers={"List-Unsubscribe": "<https://portal.example/u/1>"})
    (caught,) = mailbox.list()
    assert (caught.subject, caught.to) == ("25.00 EUR more", ("marta@gruenwald.example",))
    assert caught.sender == "Northwind <billing@northwind.example>"
    assert caught.preview == "Hello Marta, .dotted"
    message = mailbox.read(caught.id)
    assert message.text.splitlines() == ["Hello Marta,", ".dotted"]
    assert "Märta" in message.html
    assert ("List-Unsubscribe", "<https://portal.example/u/1>") in message.headers
    assert "Return-Path: <bounce@northwind.example>" in message.raw


def test_the_newest_message_stands_first_and_pages_follow(post, mailbox):
    for number in range(5):
        post(f"reader{number}@gruenwald.example")
    listed = mailbox.list(limit=2)
    assert [caught.to[0] for caught in listed] == ["reader4@gruenwald.example", "reader3@gruenwald.example"]
    older = mailbox.list(limit=2, before=listed[-1].id)
    assert [caught.to[0] for caught in older] == ["reader2@gruenwald.example", "reader1@gruenwald.example"]


def test_the_list_can_be_of_one_reader(post, mailbox):
    post("marta@gruenwald.example")
    post("用户@例え.jp")
    assert [caught.to for caught in mailbox.list(to=" Marta@Gruenwald.EXAMPLE")] == [("marta@gruenwald.example",)]
    assert [caught.to for caught in mailbox.list(to="用户@例え.jp")] == [("用户@例え.jp",)]
    assert mailbox.list(to="nobody@gruenwald.example") == []


def test_a_mailbox_without_directory_is_empty(tmp_path):
    assert Mailbox(tmp_path / "nowhere").list() == []


@pytest.mark.parametrize(
    "id", ["", "..", "../secret", "0" * 19 + "-../../xx", "/etc/passwd", "0" * 19 + "-abcdef01", "0" * 19 + "-abcdef01\n", "\0"]
)
def test_an_id_that_is_none_finds_nothing(tmp_path, id):
    (tmp_path / "secret.eml").write_text("Subject: secret\r\n\r\n")
    (tmp_path / "inner").mkdir()
    with pytest.raises(LookupError):
        Mailbox(tmp_path / "inner").read(id)


def test_what_is_not_a_message_does_no_harm(post, mailbox):
    post()
    noise = [
        b"",
        b"\xff\xfe\x00\x01" * 100,
        b"Subject: =?x?y?z?=\r\nTo: <<<,;:\r\nContent-Type: multipart/alternative\r\n\r\nx",
        b"\r\n" * 50,
    ]
    noise.append(b"Content-Type: text/plain; charset=nonsense\r\nDelivered-To: \xff@\xfe\r\n\r\n\xff")
    noise.append(
        b"From: =?utf-8?b?/////w==?= <a@\r\nMessage-ID: <<\r\nContent-Transfer-Encoding: base64\r\nContent-Type: text/html\r\n\r\n!"
    )
    for number, content in enumerate(noise):
        (mailbox.directory / f"{number:019d}-abcdef01.eml").write_bytes(content)
    (mailbox.directory / "notes.eml").write_text("x")
    (mailbox.directory / "9999999999999999999-abcdef01.eml").mkdir()
    listed = mailbox.list()
    assert len(listed) == len(noise) + 1
    for caught in listed:
        mailbox.read(caught.id).raw.encode()


def test_an_unfinished_message_is_not_listed(mailbox):
    (mailbox.directory / ".0000000000000000001-abcdef01.part").write_text("Subject: half")
    assert mailbox.list() == []


def test_a_full_disk_asks_the_sender_to_try_again(catcher, letter):
    catcher.directory.rmdir()
    client = Smtp(f"smtp://127.0.0.1:{catcher.port}", timeout=5)
    outcome = client.send(SENDER, "a@b.example", letter())
    client.close()
    assert outcome.code == 452


def test_an_address_in_use_is_told_at_the_start(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(OSError):
        MailCatcher(tmp_path, port=taken.getsockname()[1]).start()


def test_stopping_twice_is_stopping_once(tmp_path):
    catcher = MailCatcher(tmp_path)
    catcher.start()
    catcher.stop()
    catcher.stop()
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", catcher.port)) != 0


def test_the_preview_leaves_out_a_head_that_repeats_the_subject(post, mailbox):
    post(rendered=SimpleNamespace(subject="You have mail", text="Northwind\n\nYou have mail\n\nHello Marta,\n", html="<p>x</p>"))
    assert mailbox.list()[0].preview == "Hello Marta,"
