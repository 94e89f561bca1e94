"""A letter with a real customer's facts: nothing is written, nothing is sent."""

import pytest
from sqlalchemy import func, select

from portal.domain import actors, customers, wallets
from portal.domain.letters import LETTERS, examples, ours
from portal.model import AuditEvent, EmailMessage, LetterVersion
from portal.values import ids
from tests import factories

URL = "https://portal.example"
ALL = pytest.mark.parametrize("letter", LETTERS.values(), ids=lambda letter: letter.name)


@pytest.fixture
def customer(session, cast):
    return customers.find(session, cast.operator(), cast.own.id)


def text_of(session, letter: str, customer) -> str:
    example = examples.of_customer(session, LETTERS[letter], customer, public_url=URL)
    return " ".join(example.render(LETTERS[letter], ours(letter)).text.split())


@ALL
def test_every_letter_can_be_shown_with_a_customers_facts(session, customer, letter):
    wallets.open(session, customer, "EUR", by=actors.system("cli"))
    example = examples.of_customer(session, letter, customer, public_url=URL)
    made = example.render(letter, ours(letter.name))
    assert made.subject
    if "customer_name" in letter.sample:
        assert "Payments GmbH & Co. KG" not in made.text


@ALL
def test_every_variable_is_described_and_reads_with_the_sample(session, cast, letter):
    example = examples.sample(letter, cast.entity, locale="en", public_url=URL)
    written = examples.variables(letter, example)
    assert set(written) == set(letter.known)
    for name, variable in letter.known.items():
        assert variable.words
        assert written[name].ways
        assert written[name].sample or variable.optional or variable.kind == "flag", f"{name} has no sample"


def test_the_contact_the_wallet_and_the_brand_are_the_customers(session, cast, customer):
    other, _ = factories.entity(session, name="Southwind", is_default=False)
    customer.business_entity, customer.locale = other, "de"
    wallet = wallets.open(session, customer, "EUR", by=cast.operator())
    wallets.adjust(session, wallet, 123_456, reason="goodwill", key=str(ids.new_id()), by=cast.operator())
    text = text_of(session, "wallet_credited", customer)
    assert text.startswith("Southwind You have 1.234,56 EUR more credit Hello Marta,")
    assert "You get this as primary contact of Grünwald & Jørgensen GmbH" in text
    example = examples.of_customer(session, LETTERS["wallet_credited"], customer, public_url=URL)
    assert example.real == (
        "the name of Grünwald & Jørgensen GmbH",
        "the brand of Southwind",
        "the contact Marta Grünwald",
        "the EUR wallet",
    )


def test_a_wallet_without_such_an_entry_lets_the_sample_move_its_real_balance(session, cast, customer):
    wallet = wallets.open(session, customer, "JPY", by=cast.operator())
    wallets.adjust(session, wallet, 5_000, reason="goodwill", key=str(ids.new_id()), by=cast.operator())
    assert "You have 12,000 JPY less credit" in text_of(session, "wallet_debited", customer)
    assert "Before 5,000" in text_of(session, "wallet_debited", customer)
    assert "It is" not in text_of(session, "low_balance", customer)
    assert "5,000 ====" in text_of(session, "low_balance", customer)


def test_nothing_is_written(session, cast, customer):
    session.flush()
    before = [session.scalar(select(func.count()).select_from(table)) for table in (AuditEvent, EmailMessage, LetterVersion)]
    for letter in LETTERS.values():
        examples.of_customer(session, letter, customer, public_url=URL)
    assert not session.new
    assert not session.dirty
    assert before == [session.scalar(select(func.count()).select_from(table)) for table in (AuditEvent, EmailMessage, LetterVersion)]


def test_links_lead_to_the_front_page_and_a_code_opens_nothing():
    assert examples.links(LETTERS["sign_in"], URL) == {"sign_in": f"{URL}/", "portal": f"{URL}/", "code": "000000"}
