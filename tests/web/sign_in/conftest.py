"""What the sign-in tests share: a mail as its reader gets it."""

from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest
from sqlalchemy import func, select

from portal.domain import outbox
from portal.model import EmailMessage


@dataclass
class Mail:
    """The newest message to an address: the path of its link, and its code."""

    path: str
    code: str


@pytest.fixture
def mail_to(database, settings):
    """Open the newest mail to an address: its links and code are made now, as the worker makes them."""

    def open_newest(address: str) -> Mail:
        with database.writing() as db:
            message = db.scalars(
                select(EmailMessage)
                .where(EmailMessage.to_address == address)
                .order_by(EmailMessage.created_at.desc(), EmailMessage.id.desc())
            ).first()
            links = outbox.mint_links(db, message, settings.secret_key.encode(), settings.public_url)
        return Mail(urlsplit(links.get("sign_in") or links["open_wallet"]).path, links.get("code", ""))

    return open_newest


@pytest.fixture
def mails(database):
    """Count the messages in the outbox."""

    def count() -> int:
        with database.reading() as db:
            return db.scalar(select(func.count()).select_from(EmailMessage))

    return count
