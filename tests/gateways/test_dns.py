"""Asking a real name server that answers, knows nothing, fails, cuts off, talks nonsense and keeps silent."""

import socket

import pytest

from portal.gateways.dns import Resolver
from portal.values.dns import Answer, Question

NAME = "portal-abc._domainkey.northwind.example"
ASKED = Question(NAME, "TXT")


@pytest.fixture
def resolver(name_server):
    return Resolver(name_server.address, timeout=1.0)


def test_a_long_text_is_given_in_one_piece(name_server, resolver):
    text = "v=DKIM1; k=rsa; p=" + "A" * 392
    name_server.records[NAME, "TXT"] = [text]
    assert resolver.ask(ASKED) == Answer((text,))


def test_what_is_cut_off_is_asked_for_again_over_tcp(name_server, resolver):
    name_server.records[NAME, "TXT"] = ["v=DKIM1; p=" + "A" * 392]
    name_server.mode = "truncated"
    assert resolver.ask(ASKED).found == ("v=DKIM1; p=" + "A" * 392,)
    assert [way for _, _, way in name_server.asked] == ["udp", "tcp"]


def test_a_name_that_is_not_there_and_one_without_such_a_record_have_no_records(name_server, resolver):
    assert resolver.ask(ASKED) == Answer()
    name_server.records["northwind.example", "TXT"] = ["something"]
    assert resolver.ask(Question("northwind.example", "MX")) == Answer()


def test_mail_servers_come_with_their_preference(name_server, resolver):
    name_server.records["northwind.example", "MX"] = ["10 mx.northwind.example."]
    assert resolver.ask(Question("northwind.example", "MX")).found == ("10 mx.northwind.example.",)


@pytest.mark.parametrize(("mode", "words"), [("servfail", "SERVFAIL"), ("refused", "REFUSED"), ("garbage", "did not answer")])
def test_a_server_that_fails_says_nothing_about_the_records(name_server, resolver, mode, words):
    name_server.mode = mode
    answer = resolver.ask(ASKED)
    assert answer.found == ()
    assert words in answer.silence


def test_silence_ends_with_the_time_limit_for_each_of_many_questions(name_server):
    name_server.mode = "silent"
    resolver = Resolver(name_server.address, timeout=0.5)
    answers = resolver.ask_all([Question(f"{n}.northwind.example", "TXT") for n in range(6)])
    assert {answer.silence for answer in answers.values()} == {"The resolver did not answer within 0.5 seconds."}
    assert {name for name, _, _ in name_server.asked} == {f"{n}.northwind.example" for n in range(6)}


def test_nobody_at_the_address_is_silence_too():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    assert Resolver(f"127.0.0.1:{port}", timeout=0.5).ask(ASKED).silence


def test_a_name_that_is_none_has_no_records(name_server, resolver):
    assert resolver.ask(Question("a" * 64 + ".example", "TXT")) == Answer()
    assert resolver.ask(Question("two..dots.example", "TXT")) == Answer()
    assert name_server.asked == []


def test_switched_off_nobody_is_asked():
    resolver = Resolver("none")
    assert resolver.off
    assert resolver.ask(ASKED).silence == "Asking name servers is switched off here."
    assert resolver.ask_all([]) == {}
