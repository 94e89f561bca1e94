"""What name servers say, what it means, and what it changes."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.domain import senders
from portal.domain.senders.records import doubled, key_name, spf_mechanism
from portal.model import AuditEvent
from portal.values import clock, dkim
from portal.values.dns import Answer, Question
from tests.domain.senders.conftest import RELAY


def finding(sender, what: str) -> dict:
    return next(one for one in sender.dns_report if one["what"] == what)


def right(sender) -> str:
    return dkim.record(sender.dkim_public_key)


@pytest.mark.parametrize(
    ("texts", "state", "words"),
    [
        (lambda good: [good], "published", "it is the right one"),
        (lambda good: ["v=DKIM1;k=rsa;  p=" + good.split("p=")[1][:100] + " " + good.split("p=")[1][100:]], "published", "right one"),
        (lambda good: [good.rstrip("=")], "published", "right one"),
        (lambda good: ["p=" + good.split("p=")[1] + "; t=s"], "published", "right one"),
        (lambda good: ["something else", good], "published", "right one"),
        (lambda good: [], "missing", "No record stands at this name yet."),
        (lambda good: ["google-site-verification=x"], "wrong", "is no key"),
        (lambda good: [good, "v=DKIM1; p=" + dkim.new_key().public], "wrong", "2 keys stand at this name"),
        (lambda good: ["v=DKIM1; k=rsa; p=" + dkim.new_key().public], "wrong", "Another key stands at this name"),
        (lambda good: [good[:255]], "wrong", "breaks off after 237 of 392 signs"),
        (lambda good: ["v=DKIM1; k=rsa; p="], "wrong", "revoked"),
        (lambda good: ["v=DKIM1; k=rsa"], "wrong", "revoked"),
        (lambda good: [f'"{good}"'], "wrong", "Quotation marks became part of the record"),
        (lambda good: [good.replace("v=DKIM1; ", "") + "; v=DKIM1"], "wrong", "does not begin with v=DKIM1"),
        (lambda good: [good.replace("v=DKIM1", "v=DKIM2")], "wrong", "does not begin with v=DKIM1"),
        (lambda good: [good.replace("k=rsa", "k=ed25519")], "wrong", "a key of the kind ed25519"),
        (lambda good: [good + "; h=sha1"], "wrong", "does not allow sha256"),
        (lambda good: [good + "; s=tlsrpt"], "wrong", "not for mail"),
        (lambda good: [good + "; t=y:s"], "wrong", "only being tried"),
    ],
)
def test_a_record_is_told_for_what_it_is(sender, told, texts, state, words):
    settled = told(sender, key=texts(right(sender)))
    assert (settled.dns_state, settled.dns_published) == (state, state == "published")
    assert words in finding(settled, "dkim")["words"]
    assert settled.dns_checked_at is not None


def test_a_record_under_a_name_with_the_domain_twice_is_found_there(sender, told):
    settled = told(sender, records={Question(doubled(sender), "TXT"): [right(sender)]})
    assert settled.dns_state == "wrong"
    assert f"Write the name as {sender.dkim_selector}._domainkey." in finding(settled, "dkim")["words"]


def test_silence_changes_the_state_and_nothing_else(sender, told, publish):
    publish(sender)
    settled = told(sender, silence="The resolver did not answer within 5 seconds.")
    assert (settled.dns_state, settled.dns_published) == ("unreachable", True)
    assert {one["state"] for one in settled.dns_report} == {"unreachable"}


def test_a_record_that_is_gone_ends_the_signing(sender, told, publish):
    publish(sender)
    settled = told(sender)
    assert (settled.dns_state, settled.dns_published) == ("missing", False)


def test_only_a_change_of_state_is_recorded_with_both_and_the_words(session, sender, told, publish):
    publish(sender)
    publish(sender)
    told(sender)
    session.flush()
    events = session.scalars(select(AuditEvent).where(AuditEvent.action == "sender.checked").order_by(AuditEvent.id)).all()
    assert [event.changes["dns_state"] for event in events] == [["unknown", "published"], ["published", "missing"]]
    assert events[1].facts["found"] == "No record stands at this name yet."


def test_answers_about_a_key_that_is_replaced_meanwhile_count_for_nothing(session, sender, vault, cast):
    answers = {question: Answer() for question in senders.questions(sender)}
    senders.make_key(session, sender, vault=vault, by=cast.operator())
    assert senders.settle(session, sender.id, answers, relay=RELAY, by=cast.operator()) is None
    assert sender.dns_state == "unknown"


def test_signing_moves_to_the_new_key_when_its_record_stands_and_not_before(session, sender, told, publish, vault, cast):
    publish(sender)
    old, old_record = sender.dkim_selector, right(sender)
    senders.make_key(session, sender, vault=vault, by=cast.operator())
    new, new_public = sender.dkim_next_selector, sender.dkim_next_public_key
    assert (sender.dkim_selector, sender.dns_published) == (old, True)
    assert [record.what for record in senders.records(sender, relay=RELAY)][:2] == ["dkim", "next"]
    told(sender, key=[old_record])
    assert sender.dkim_selector == old
    told(sender, key=[old_record], next_key=[dkim.record(new_public)])
    assert (sender.dkim_selector, sender.dkim_public_key, sender.dkim_next_selector) == (new, new_public, "")
    assert (sender.dkim_former_selector, sender.dns_published, sender.dns_state) == (old, True, "published")
    assert finding(sender, "dkim")["name"] == key_name(sender)


def test_a_new_key_is_given_up_and_the_old_one_stays(session, sender, publish, vault, cast):
    publish(sender)
    old = sender.dkim_selector
    senders.make_key(session, sender, vault=vault, by=cast.operator())
    senders.drop_next_key(session, sender, by=cast.operator())
    assert (sender.dkim_selector, sender.dkim_next_selector, sender.dkim_next_private_key) == (old, "", None)


def test_one_is_looked_at_soon_while_new_then_hourly_and_daily_once_it_stands(session, sender, told, publish):
    assert senders.due(session) == [sender.id]
    told(sender)
    assert sender.dns_due_at - sender.dns_checked_at == timedelta(minutes=10)
    with clock.frozen(clock.now() + timedelta(days=3)):
        told(sender)
        assert sender.dns_due_at - sender.dns_checked_at == timedelta(hours=1)
        told(sender, silence="No.")
        assert sender.dns_due_at - sender.dns_checked_at == timedelta(minutes=10)
        publish(sender)
        assert sender.dns_due_at - sender.dns_checked_at == timedelta(days=1)
        assert senders.due(session) == []


def test_a_check_is_claimed_by_one_worker(session, sender):
    assert senders.claim(session, sender.id) == senders.questions(sender)
    assert senders.claim(session, sender.id) is None
    with clock.frozen(clock.now() + timedelta(minutes=6)):
        assert senders.claim(session, sender.id)


@pytest.mark.parametrize(
    ("texts", "state", "words"),
    [
        ([], "missing", "No record says"),
        ([f"v=spf1 a:{RELAY} -all"], "published", f"names a:{RELAY}"),
        ([f"V=SPF1 +A:{RELAY} ~all"], "published", "names"),
        (["v=spf1 mx -all"], "wrong", f"does not name a:{RELAY}"),
        (["v=spf1 include:spf.other.example -all"], "unsure", "what it includes may"),
        (["v=spf1 -all", "v=spf1 mx -all"], "wrong", "2 records begin with v=spf1"),
        (["v=spf10 all"], "missing", "No record says"),
    ],
)
def test_sending_servers_are_judged(sender, told, texts, state, words):
    found = finding(told(sender, records={Question("northwind.example", "TXT"): texts}), "spf")
    assert found["state"] == state
    assert words in found["words"]


@pytest.mark.parametrize(
    ("relay", "mechanism"),
    [
        ("smtp.northwind.example", "a:smtp.northwind.example"),
        ("email-smtp.eu-central-1.amazonaws.com", "include:amazonses.com"),
        ("smtp.postmarkapp.com", "include:spf.mtasv.net"),
        ("notsendgrid.net", "a:notsendgrid.net"),
        ("9.9.9.9", "ip4:9.9.9.9"),
        ("2620:fe::fe", "ip6:2620:fe::fe"),
        ("127.0.0.1", ""),
        ("10.1.2.3", ""),
        ("localhost", ""),
        ("mail.internal", ""),
    ],
)
def test_what_spf_needs_follows_from_the_mail_server(relay, mechanism):
    assert spf_mechanism(relay) == mechanism


@pytest.mark.parametrize(
    ("texts", "state"),
    [
        ([], "missing"),
        (["v=DMARC1; p=none"], "published"),
        (["v=DMARC1;p=Reject; rua=mailto:d@northwind.example"], "published"),
        (["v=DMARC1; rua=mailto:d@northwind.example"], "wrong"),
        (["v=DMARC1; p=none", "v=DMARC1; p=reject"], "wrong"),
    ],
)
def test_the_policy_is_judged(sender, told, texts, state):
    found = finding(told(sender, records={Question("_dmarc.northwind.example", "TXT"): texts}), "dmarc")
    assert found["state"] == state


def test_a_policy_above_the_domain_counts(session, sender, told, vault, cast):
    facts = {"name": "Mail", "address": "billing@mail.northwind.example", "reply_to": ""}
    senders.change(session, sender, facts, vault=vault, by=cast.operator())
    found = finding(told(sender, records={Question("_dmarc.northwind.example", "TXT"): ["v=DMARC1; p=quarantine"]}), "dmarc")
    assert found["words"] == "A policy stands at _dmarc.northwind.example: p=quarantine."


@pytest.mark.parametrize(("hosts", "state"), [([], "missing"), (["10 mx.northwind.example."], "published"), (["0 ."], "wrong")])
def test_whether_bounces_reach_anybody_is_judged(sender, told, hosts, state):
    assert finding(told(sender, records={Question("northwind.example", "MX"): hosts}), "mx")["state"] == state


def test_what_is_found_is_kept_short(sender, told):
    kept = finding(told(sender, key=["x" * 4_000] * 20), "dkim")["found"]
    assert [len(text) for text in kept] == [500] * 3


def test_where_mail_comes_back_to_another_domain_its_servers_and_its_mailbox_are_asked_for(session, sender, cast):
    returns = "bounces@back.example"
    shown = {record.what: record for record in senders.records(sender, relay=RELAY, returns=returns)}
    assert (shown["spf"].name, shown["mx"].name, shown["dmarc"].name) == ("back.example", "back.example", "_dmarc.northwind.example")
    assert returns in shown["mx"].why
    held = {Question("back.example", "TXT"): [f"v=spf1 a:{RELAY} -all"], Question("back.example", "MX"): ["10 mx.back.example."]}
    answers = {question: Answer(tuple(held.get(question, ()))) for question in senders.questions(sender, returns=returns)}
    settled = senders.settle(session, sender.id, answers, relay=RELAY, returns=returns, by=cast.operator())
    assert [finding(settled, what)["state"] for what in ("spf", "mx")] == ["published", "published"]
