"""Senders in the settings: listed by business entity, added, checked, turned, removed."""

import pytest
from sqlalchemy import select

from portal.domain import senders
from portal.gateways.dns import Resolver
from portal.model import Sender
from portal.values.dkim import record
from portal.values.sealed import Vault

HERE = "/console/settings/senders"
WRITTEN = {"name": "Northwind News", "address": "news@northwind.example", "reply_to": ""}


@pytest.fixture
def keyed(database, cast, settings):
    """The default sender of the cast, with a key."""
    with database.writing() as session:
        return senders.make_key(session, session.merge(cast.sender), vault=Vault(settings.secret_key), by=cast.operator())


@pytest.fixture
def resolver(app, name_server):
    app.extensions["resolver"] = Resolver(name_server.address, timeout=2.0)
    return name_server


def rows(database) -> list[Sender]:
    with database.reading() as session:
        return list(session.scalars(select(Sender).order_by(Sender.created_at)))


def test_each_business_entity_is_listed_with_its_senders_and_how_mail_goes_out(client):
    page = client.as_operator("support").get(HERE)
    assert "billing@northwind.example" in page.text
    assert "No key" in page.text
    assert "Portal does not sign it" in page.text
    assert not page.find_all("a", href=f"{HERE}/new")


def test_a_sender_is_added_and_its_records_are_shown_ready_to_copy(client, database):
    manager = client.as_operator("manager")
    page = manager.follow(manager.submit(manager.get(f"{HERE}/new"), HERE, WRITTEN))
    made = rows(database)[1]
    assert page.h1 == "news@northwind.example"
    assert page.find("input", id="dkim-name").get("value") == f"{made.dkim_selector}._domainkey.northwind.example"
    assert page.find("textarea", id="dkim-value").text.strip() == record(made.dkim_public_key)
    assert '" "' in page.find("textarea", id="dkim-line").text
    assert "_dmarc.northwind.example" in page.body
    assert "Not checked yet" in page.text
    assert made.dkim_private_key not in page.body
    assert "until the record of its key is published" in page.text.lower()


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("name", "", "The name is missing."),
        ("name", "Northwind\r\nBcc: all@example.com", "A name stands on one line."),
        ("name", "billing@bank.example", "Leave out @"),
        ("address", "", "The address is missing."),
        ("address", "News <news@northwind.example>", "Leave out the name and the angle brackets: news@northwind.example."),
        ("address", "news@northwind.example\r\nBcc: all@example.com", "An email address stands on one line."),
        ("address", "news@gmail.com", "Nobody but gmail.com itself can sign mail from gmail.com"),
        ("address", "billing@northwind.example", "There is a sender with this address already."),
        ("reply_to", "a@b.example, c@d.example", "is more than one address"),
        ("reply_to", "x@y.example\nBcc: z@y.example", "An email address stands on one line."),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_kept_as_typed(client, database, field, typed, sentence):
    manager = client.as_operator("manager")
    page = manager.submit(manager.get(f"{HERE}/new"), HERE, WRITTEN | {field: typed}, status=422)
    assert sentence in page.text
    kept = {name: text for name, text in WRITTEN.items() if name != field}
    assert kept.items() <= page.form(HERE).items()
    assert len(rows(database)) == 1


def test_an_international_domain_is_taken_and_its_record_is_in_ascii(client):
    manager = client.as_operator("manager")
    page = manager.follow(manager.submit(manager.get(f"{HERE}/new"), HERE, WRITTEN | {"address": "rechnung@bücher.example"}))
    assert page.h1 == "rechnung@bücher.example"
    assert page.find("input", id="dkim-name").get("value").endswith("._domainkey.xn--bcher-kva.example")


def test_a_check_finds_the_record_and_says_so(client, keyed, resolver, database):
    place = f"{HERE}/{keyed.id}"
    manager = client.as_operator("manager")
    page = manager.follow(manager.submit(manager.get(place), f"{place}/checks"))
    assert "No record stands at this name yet." in page.text
    resolver.records[f"{keyed.dkim_selector}._domainkey.northwind.example", "TXT"] = [record(keyed.dkim_public_key)]
    page = manager.follow(manager.submit(manager.get(place), f"{place}/checks"))
    assert "The record stands, and it is the right one." in page.text
    assert "signed for northwind.example" in page.text
    assert rows(database)[0].dns_state == "published"
    record_of_acts = client.as_operator("owner").get("/console/activity").text
    assert "looked up the records of billing@northwind.example" in record_of_acts


def test_what_stands_there_instead_is_shown_beside_what_was_expected(client, keyed, resolver):
    place = f"{HERE}/{keyed.id}"
    resolver.records[f"{keyed.dkim_selector}._domainkey.northwind.example", "TXT"] = ["v=DKIM1; k=rsa; p=QUJD"]
    manager = client.as_operator("manager")
    page = manager.follow(manager.submit(manager.get(place), f"{place}/checks"))
    assert "Another key stands at this name." in page.text
    assert "v=DKIM1; k=rsa; p=QUJD" in page.text


def test_a_resolver_that_does_not_answer_is_no_fault_of_the_record(client, keyed, resolver, database):
    resolver.mode = "silent"
    place = f"{HERE}/{keyed.id}"
    manager = client.as_operator("manager")
    page = manager.follow(manager.submit(manager.get(place), f"{place}/checks"))
    assert "The resolver did not answer within 2 seconds." in page.text
    assert "No answer" in page.text
    assert rows(database)[0].dns_state == "unreachable"


def test_switched_off_the_page_says_that_nobody_is_asked(client, app, keyed):
    app.extensions["resolver"] = Resolver("none")
    place = f"{HERE}/{keyed.id}"
    manager = client.as_operator("manager")
    page = manager.get(place)
    assert "PORTAL_DNS_RESOLVER is none" in page.text
    assert "switched off here" in manager.follow(manager.submit(page, f"{place}/checks")).text


def test_a_first_key_is_made_then_a_second_waits_and_is_given_up(client, cast, resolver, database):
    place = f"{HERE}/{cast.sender.id}"
    manager = client.as_operator("manager")
    manager.submit(manager.get(place), f"{place}/keys")
    made = rows(database)[0]
    resolver.records[f"{made.dkim_selector}._domainkey.northwind.example", "TXT"] = [record(made.dkim_public_key)]
    manager.submit(manager.get(place), f"{place}/checks")
    page = manager.follow(manager.submit(manager.get(place), f"{place}/keys"))
    assert "Mail is signed with the one before until then." in page.text
    turned = rows(database)[0]
    assert turned.dkim_selector == made.dkim_selector
    assert page.find("input", id="next-name").get("value").startswith(turned.dkim_next_selector)
    page = manager.follow(manager.submit(page, f"{place}/keys/removal"))
    assert not page.find_all("input", id="next-name")
    assert manager.post(f"{place}/keys/removal", status=409).find("p", role="alert").text == "No new key is waiting. The one in use stays."


def test_a_sender_is_changed_and_at_another_domain_gets_another_key(client, keyed, database):
    place = f"{HERE}/{keyed.id}"
    manager = client.as_operator("manager")
    form = manager.get(f"{place}/edit")
    assert form.form(place)["address"] == "billing@northwind.example"
    page = manager.follow(manager.submit(form, place, {"address": "billing@southwind.example"}))
    assert "it has a new key" in page.text
    assert rows(database)[0].dkim_selector != keyed.dkim_selector
    refused = manager.submit(manager.get(f"{place}/edit"), place, {"address": ""}, status=422)
    assert refused.h1 == "Edit billing@southwind.example"


def test_the_default_stays_until_another_one_is(client, keyed, database):
    place = f"{HERE}/{keyed.id}"
    manager = client.as_operator("manager")
    assert "Make another one the default first." in manager.get(f"{place}/removal", status=409).text
    assert "Make another one the default first." in manager.post(f"{place}/removal", status=409).text
    manager.submit(manager.get(f"{HERE}/new"), HERE, WRITTEN)
    news = f"{HERE}/{rows(database)[1].id}"
    manager.submit(manager.get(news), f"{news}/default")
    assert [one.is_default for one in rows(database)] == [False, True]
    page = manager.follow(manager.submit(manager.get(f"{place}/removal"), f"{place}/removal"))
    assert "billing@northwind.example" not in page.text
    manager.get(place, status=404)


def test_a_key_whose_secret_is_lost_is_said(client, keyed, app):
    app.extensions["vault"] = Vault("another-key-0123456789-abcdefghij-xyz")
    assert "The key cannot be opened" in client.as_operator("support").get(f"{HERE}/{keyed.id}").text


@pytest.mark.parametrize("role", ["finance", "support"])
def test_those_who_may_only_read_change_nothing(client, keyed, role):
    place = f"{HERE}/{keyed.id}"
    reader = client.as_operator(role)
    page = reader.get(place)
    assert not [form for form in page.find_all("form") if HERE in form.get("action")]
    for path in (f"{place}/checks", f"{place}/keys", f"{place}/default", f"{place}/removal", place, HERE):
        reader.post(path, WRITTEN, status=403)


def test_what_is_no_sender_is_not_there(client):
    owner = client.as_operator()
    owner.get(f"{HERE}/00000000-0000-7000-8000-000000000000", status=404)
    owner.get(f"{HERE}/nonsense", status=404)
