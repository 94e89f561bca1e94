"""Handing over to servers that accept, defer, refuse, hang and vanish."""

import socket
from email import message_from_bytes, policy

import pytest

from portal.gateways.smtp import Accepted, Deferred, Refused, Smtp, Unreachable

SENDER = "bounce@northwind.example"
READER = "marta@gruenwald.example"


@pytest.fixture
def client():
    clients = []

    def make(port, timeout=5.0, login=""):
        clients.append(Smtp(f"smtp://{login}127.0.0.1:{port}", timeout=timeout))
        return clients[-1]

    yield make
    for one in clients:
        one.close()


def test_an_accepted_message_arrives_whole(mail_server, client, letter):
    server = mail_server()
    outcome = client(server.port).send(SENDER, READER, letter())
    assert outcome == Accepted("2.0.0 Taken")
    (envelope,) = server.taken
    assert (envelope.mail_from, envelope.rcpt_tos) == (SENDER, [READER])
    taken = message_from_bytes(envelope.content, policy=policy.default)
    assert taken.get_body(("plain",)).get_content().splitlines() == ["Hello Marta,", ".dotted"]
    assert "Märta" in taken.get_body(("html",)).get_content()


@pytest.mark.parametrize("step", ["mail", "rcpt", "data"])
@pytest.mark.parametrize(("reply", "outcome"), [("451 4.3.0 Later", Deferred), ("550 5.1.1 No such person", Refused)])
def test_a_no_at_any_step_is_told_by_its_class(mail_server, client, letter, step, reply, outcome):
    server = mail_server()
    setattr(server, step, reply)
    connection = client(server.port)
    told = connection.send(SENDER, READER, letter())
    assert (type(told), told.code, told.reply) == (outcome, int(reply[:3]), reply[4:])
    if outcome is Refused:
        assert told.of_recipient == (step == "rcpt")
    setattr(server, step, None)
    assert connection.send(SENDER, READER, letter()) == Accepted("2.0.0 Taken")
    assert server.connections == 1


def test_several_messages_share_one_connection(mail_server, client, letter):
    server = mail_server()
    connection = client(server.port)
    outcomes = [connection.send(SENDER, f"reader{n}@gruenwald.example", letter()) for n in range(5)]
    assert outcomes == [Accepted("2.0.0 Taken")] * 5
    assert (len(server.taken), server.connections) == (5, 1)


def test_a_closed_connection_is_opened_again(mail_server, client, letter):
    server = mail_server()
    connection = client(server.port)
    connection.send(SENDER, READER, letter())
    connection.close()
    assert connection.send(SENDER, READER, letter()) == Accepted("2.0.0 Taken")
    assert server.connections == 2


def test_a_server_that_left_meanwhile_is_called_again(mail_server, client, letter):
    server = mail_server(timeout=0.2)
    connection = client(server.port)
    connection.send(SENDER, READER, letter())
    connection._connection.sock.settimeout(5)
    # The server hangs up after 0.2 s of silence; its farewell or end of file is what the next read finds.
    connection._connection.sock.recv(1, socket.MSG_PEEK)
    assert connection.send(SENDER, READER, letter()) == Accepted("2.0.0 Taken")
    assert server.connections == 2


def test_a_server_that_vanishes_after_the_message_leaves_it_uncertain(mail_server, client, letter):
    server = mail_server()
    server.data = "vanish"
    outcome = client(server.port).send(SENDER, READER, letter())
    assert isinstance(outcome, Unreachable)
    assert outcome.uncertain


def test_a_server_that_hangs_after_the_message_leaves_it_uncertain(mail_server, client, letter):
    server = mail_server()
    server.data = "hang"
    outcome = client(server.port, timeout=0.3).send(SENDER, READER, letter())
    assert outcome == Unreachable("127.0.0.1 broke off: it did not answer in time", uncertain=True)


def test_nobody_listening_is_unreachable(client, letter):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    outcome = client(port).send(SENDER, READER, letter())
    assert isinstance(outcome, Unreachable)
    assert not outcome.uncertain


def test_a_server_that_never_greets_is_unreachable(scripted_server, client, letter):
    port = scripted_server(None)
    outcome = client(port, timeout=0.3).send(SENDER, READER, letter())
    assert outcome == Unreachable("No connection to 127.0.0.1: it did not answer in time")


@pytest.mark.parametrize(
    "replies", [(b"554 Go away\r\n",), (b"421 Busy\r\n",), (b"garbage\r\n",), (b"220 hi\r\n", b"500 What\r\n", b"500 What\r\n")]
)
def test_a_server_that_will_not_talk_is_unreachable(scripted_server, client, letter, replies):
    outcome = client(scripted_server(*replies)).send(SENDER, READER, letter())
    assert isinstance(outcome, Unreachable)
    assert not outcome.uncertain


def test_a_connection_lost_before_the_message_is_not_uncertain(scripted_server, client, letter):
    port = scripted_server(b"220 hi\r\n", b"250 mx\r\n", b"250 OK\r\n")
    outcome = client(port).send(SENDER, READER, letter())
    assert isinstance(outcome, Unreachable)
    assert not outcome.uncertain


def test_a_server_that_drops_in_the_middle_of_the_message_leaves_it_uncertain(scripted_server, client, letter):
    port = scripted_server(b"220 hi\r\n", b"250 mx\r\n", b"250 OK\r\n", b"250 OK\r\n", b"354 Go on\r\n")
    outcome = client(port).send(SENDER, READER, letter())
    assert isinstance(outcome, Unreachable)
    assert outcome.uncertain


def test_a_server_that_closes_for_the_night_defers_and_is_called_again(mail_server, client, letter):
    server = mail_server()
    server.rcpt = "421 4.3.2 Shutting down"
    connection = client(server.port)
    assert connection.send(SENDER, READER, letter()) == Deferred(421, "4.3.2 Shutting down")
    server.rcpt = None
    assert connection.send(SENDER, READER, letter()) == Accepted("2.0.0 Taken")


def test_a_message_too_large_for_the_server_is_refused(mail_server, client, letter):
    server = mail_server(data_size_limit=500)
    outcome = client(server.port).send(SENDER, READER, letter())
    assert isinstance(outcome, Refused)
    assert outcome.code == 552


def test_name_and_password_are_given(mail_server, client, letter, accepts_everyone):
    server = mail_server(**accepts_everyone)
    assert client(server.port, login="us%40er:p%3Aw@").send(SENDER, READER, letter()) == Accepted("2.0.0 Taken")


def test_a_wrong_password_is_no_fault_of_the_message(mail_server, client, letter, accepts_nobody):
    server = mail_server(**accepts_nobody)
    outcome = client(server.port, login="user:secret-word@").send(SENDER, READER, letter())
    assert isinstance(outcome, Unreachable)
    assert "535" in outcome.reason
    assert "secret-word" not in outcome.reason


def test_a_server_without_tls_gets_no_message_over_starttls(mail_server, letter):
    server = mail_server()
    outcome = Smtp(f"smtp+starttls://127.0.0.1:{server.port}", timeout=5).send(SENDER, READER, letter())
    assert isinstance(outcome, Unreachable)
    assert server.taken == []


def test_an_international_address_travels_with_smtputf8(mail_server, client, letter):
    server = mail_server(enable_SMTPUTF8=True)
    message = letter(to_address="用户@例え.jp", to_name="用户")
    assert client(server.port).send(SENDER, "用户@例え.jp", message) == Accepted("2.0.0 Taken")
    (envelope,) = server.taken
    assert envelope.rcpt_tos == ["用户@例え.jp"]
    assert "SMTPUTF8" in envelope.mail_options
    assert '"用户" <用户@例え.jp>' in envelope.content.decode()


def test_an_international_address_is_refused_where_the_server_cannot(mail_server, client, letter):
    server = mail_server(enable_SMTPUTF8=False)
    outcome = client(server.port).send(SENDER, "jörg@example.com", letter(to_address="jörg@example.com"))
    assert isinstance(outcome, Refused)
    assert outcome.code == 553


def test_an_international_domain_alone_needs_no_smtputf8(mail_server, client, letter):
    server = mail_server(enable_SMTPUTF8=False)
    message = letter(to_address="marta@grünwald.example")
    assert client(server.port).send(SENDER, "marta@grünwald.example", message) == Accepted("2.0.0 Taken")
    assert server.taken[0].rcpt_tos == ["marta@xn--grnwald-o2a.example"]


@pytest.mark.parametrize("address", ["a@b.c\r\nRCPT TO:<x@y.z>", "a b@c.d", "a@b.c>", "nobody", "@b.c", "a@", "a@b\x00.c"])
def test_an_address_that_could_change_the_conversation_is_no_address(letter, address):
    with pytest.raises(ValueError):
        Smtp("smtp://127.0.0.1:1").send(SENDER, address, letter())


@pytest.mark.parametrize("url", ["http://mx.test", "smtp://", "mx.test:25", "smtp://mx.test:notaport"])
def test_a_url_of_another_kind_is_told(url):
    with pytest.raises(ValueError):
        Smtp(url)
