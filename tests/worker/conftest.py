"""What tests of mail share: a letter queued to anybody, and a server that answers by the reader's address."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from portal.domain import messages
from portal.domain.messages import Recipient
from portal.model import EmailMessage

FACTS = {"asked_at": "2026-11-23T08:14:00+00:00"}
CREDIT = {
    "amount": 2500, "before": 0, "after": 2500, "currency": "EUR", "reason": "Goodwill", "text": "Sorry",
    "posted_at": "2026-11-23T08:14:00+00:00",
}  # fmt: skip
WALLET = {"open_wallet": {"purpose": "plain", "target": "/account"}}


@pytest.fixture
def letters(database, cast):
    """Queue one essential letter to each address: letters("a@b.example", ...) -> their ids."""

    def queue(*addresses: str) -> list:
        with database.writing() as session:
            return [
                messages.queue(session, "address_in_use", to=Recipient(address=one), facts=FACTS, why="A test.", key=f"{one}-{number}").id
                for number, one in enumerate(addresses)
            ]

    return queue


@pytest.fixture
def credited(database, cast):
    """Queue a billing letter to the owner of our customer so many times: credited(3) -> their ids."""

    def queue(times: int = 1, key: str = "entry") -> list:
        with database.writing() as session:
            customer = session.merge(cast.own)
            made = [
                messages.tell(session, customer, "wallet", "wallet_credited", facts=CREDIT, links=WALLET, key=f"{key}-{number}")
                for number in range(times)
            ]
        return [message.id for (message,) in made]

    return queue


@pytest.fixture
def rows(database):
    """Read the messages, the first written first."""

    def read() -> list[EmailMessage]:
        with database.reading() as session:
            return list(session.scalars(select(EmailMessage).order_by(EmailMessage.id)))

    return read


@pytest.fixture
def sent_by(settings):
    """Give the settings with a mail server of the tests."""
    return lambda server: replace(settings, smtp_url=f"smtp://127.0.0.1:{server.port}")
