"""portal senders: what to publish, and whether it is; what the doctor says of it."""

import pytest
from sqlalchemy import select

from portal.domain import senders
from portal.model import Sender
from portal.values.dkim import record, zone_line
from portal.values.sealed import Vault


@pytest.fixture
def keyed(environment, database, cast, settings, name_server, monkeypatch):
    """The default sender of the cast, with a key; the resolver is a name server of ours."""
    monkeypatch.setenv("PORTAL_DNS_RESOLVER", name_server.address)
    monkeypatch.setenv("PORTAL_SMTP_URL", "smtp://smtp.northwind.example")
    with database.writing() as session:
        return senders.make_key(session, session.merge(cast.sender), vault=Vault(settings.secret_key), by=cast.operator())


def test_the_records_are_lines_of_a_zone_file(run, keyed):
    said = run("senders", "records").output
    name = f"{keyed.dkim_selector}._domainkey.northwind.example"
    assert zone_line(name, "TXT", record(keyed.dkim_public_key)) in said
    assert 'northwind.example. IN TXT "v=spf1 a:smtp.northwind.example ~all"' in said
    assert '_dmarc.northwind.example. IN TXT "v=DMARC1; p=none"' in said
    assert "PRIVATE" not in said


def test_a_check_says_what_was_found_and_keeps_it(run, keyed, name_server, database):
    said = run("senders", "check", status=1).output
    assert "✗ billing@northwind.example" in said
    assert "No record stands at this name yet." in said
    name_server.records[f"{keyed.dkim_selector}._domainkey.northwind.example", "TXT"] = [record(keyed.dkim_public_key)]
    assert "✓ billing@northwind.example" in run("senders", "check").output
    with database.reading() as session:
        assert session.scalars(select(Sender.dns_state)).all() == ["published"]


def test_switched_off_there_is_nothing_to_check(run, keyed, monkeypatch):
    monkeypatch.setenv("PORTAL_DNS_RESOLVER", "none")
    assert "switched off" in run("senders", "check", status=1).output


def test_the_doctor_says_how_mail_goes_out_and_what_to_do(run, keyed, name_server):
    said = run("doctor").output
    assert "! billing@northwind.example: Until the record of its key is published" in said
    assert "portal senders records shows what to publish" in said
    name_server.records[f"{keyed.dkim_selector}._domainkey.northwind.example", "TXT"] = [record(keyed.dkim_public_key)]
    run("senders", "check")
    assert "✓ Mail goes out from billing@northwind.example, signed for northwind.example." in run("doctor").output


def test_another_domain_forgets_the_key_of_the_one_before(run, keyed, database):
    run("business", "set", "--sender", "invoices@northwind.example")
    with database.reading() as session:
        assert session.scalars(select(Sender.dkim_selector)).all() == [keyed.dkim_selector]
    run("business", "set", "--sender", "billing@elsewhere.example")
    with database.reading() as session:
        assert session.scalars(select(Sender.dkim_private_key)).all() == [None]
