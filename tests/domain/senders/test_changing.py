"""Senders: added, changed, made the default, removed; and what is refused."""

import pytest
from sqlalchemy import select

from portal.domain import business_entities, senders
from portal.domain.errors import NotFound
from portal.domain.senders import NothingToDrop, SenderInUse, SenderWrong
from portal.model import AuditEvent
from tests import factories


@pytest.fixture
def add(session, cast, vault):
    entity = business_entities.default(session)

    def act(**facts):
        wanted = {"name": "News", "address": "news@northwind.example", "reply_to": ""} | facts
        return senders.add(
            session, facts.get("entity", entity), {k: v for k, v in wanted.items() if k != "entity"}, vault=vault, by=cast.operator()
        )

    return act


def acts(session) -> list[str]:
    session.flush()
    return list(
        session.scalars(select(AuditEvent.action).where(AuditEvent.action.startswith("sender.")).order_by(AuditEvent.at, AuditEvent.id))
    )


def test_a_sender_is_added_with_a_key_that_is_sealed(session, add, vault):
    made = add(reply_to="answers@northwind.example")
    assert (made.is_default, made.dns_state, made.dns_published) == (False, "unknown", False)
    assert made.dkim_domain == "northwind.example"
    assert made.dkim_selector.startswith("portal-")
    assert "PRIVATE" not in made.dkim_private_key
    assert vault.open(made.dkim_private_key).startswith("-----BEGIN PRIVATE KEY-----")
    assert acts(session) == ["sender.added", "sender.key_made"]
    assert made.dkim_private_key not in str([row.changes for row in session.scalars(select(AuditEvent))])


def test_the_first_sender_of_a_business_entity_is_its_default(session, add, cast):
    elsewhere, sender = factories.entity(session, name="Southwind", is_default=False)
    session.delete(sender)
    session.flush()
    assert add(entity=elsewhere, address="billing@southwind.example").is_default


@pytest.mark.parametrize(
    ("facts", "field", "sentence"),
    [
        ({"name": "billing@bank.example"}, "name", "Leave out @"),
        ({"name": 'The "Bank"'}, "name", "Leave out @"),
        ({"name": "x" * 65}, "name", "65 characters are too many"),
        ({"address": "northwind@gmail.com"}, "address", "Nobody but gmail.com itself can sign mail from gmail.com"),
        ({"address": "BILLING@northwind.example"}, "address", "There is a sender with this address already."),
    ],
)
def test_what_is_unfit_is_refused_at_its_field(session, add, facts, field, sentence):
    with pytest.raises(SenderWrong, match=sentence) as refused:
        add(**facts)
    assert refused.value.field == field
    assert acts(session) == []


def test_an_international_domain_gets_its_record_in_ascii(add):
    made = add(address="rechnung@bücher.example")
    assert made.dkim_domain == "xn--bcher-kva.example"
    record = senders.records(made, relay="127.0.0.1")[0]
    assert record.name == f"{made.dkim_selector}._domainkey.xn--bcher-kva.example"


def test_another_address_at_the_same_domain_keeps_the_key_one_elsewhere_gets_a_new_one(session, sender, publish, vault, cast):
    publish(sender)
    facts = {"name": "Northwind", "address": "invoices@northwind.example", "reply_to": ""}
    before = sender.dkim_selector
    senders.change(session, sender, facts, vault=vault, by=cast.operator())
    assert (sender.dkim_selector, sender.dns_published) == (before, True)
    senders.change(session, sender, facts | {"address": "invoices@southwind.example"}, vault=vault, by=cast.operator())
    assert sender.dkim_selector != before
    assert (sender.dkim_domain, sender.dns_published, sender.dns_state) == ("southwind.example", False, "unknown")


def test_a_change_of_nothing_is_not_recorded(session, sender, vault, cast):
    facts = {"name": sender.name, "address": sender.address, "reply_to": ""}
    senders.change(session, sender, facts, vault=vault, by=cast.operator())
    assert acts(session) == ["sender.key_made"]


def test_one_is_the_default_and_stays_until_another_is(session, sender, add, cast):
    news = add()
    with pytest.raises(SenderInUse):
        senders.remove(session, sender, by=cast.operator())
    senders.make_default(session, news, by=cast.operator())
    senders.make_default(session, news, by=cast.operator())
    assert (news.is_default, sender.is_default) == (True, False)
    assert acts(session).count("sender.made_default") == 1
    senders.remove(session, sender, by=cast.operator())
    assert sender.dkim_private_key is None
    with pytest.raises(NotFound):
        senders.find(session, cast.operator(), sender.id)
    ((_, listed),) = senders.all(session, cast.operator())
    assert [one.id for one in listed] == [news.id]


def test_an_address_is_free_again_once_its_sender_is_removed(session, add, cast):
    senders.remove(session, add(), by=cast.operator())
    assert add().address == "news@northwind.example"


def test_there_is_no_new_key_to_give_up(session, sender, cast):
    with pytest.raises(NothingToDrop):
        senders.drop_next_key(session, sender, by=cast.operator())
