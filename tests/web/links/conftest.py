"""Links as a mail holds them, and a look at whether anything has changed."""

import pytest
from sqlalchemy import func, select

from portal.domain.sign_in import mint_link
from portal.model import AuditEvent, BrowserSession, EmailLink, EmailMessage, Preference, PreferenceReceipt


@pytest.fixture
def link(database, cast):
    """Make a link for one of our own contacts, or the neighbour's owner; gives its token."""

    def make(purpose, *, role="viewer", topic="", at="own"):
        contact = (cast.own_contacts if at == "own" else cast.neighbour_contacts)[role]
        with database.writing() as session:
            return mint_link(session, purpose=purpose, contact_id=contact.id, user_id=contact.user_id, topic=topic)

    return make


@pytest.fixture
def state(database):
    """Count the rows that an act would add, and read those it would change."""

    def read():
        tables = (AuditEvent, BrowserSession, EmailMessage, Preference, PreferenceReceipt)
        with database.reading() as session:
            counts = [session.scalar(select(func.count()).select_from(table)) for table in tables]
            used = session.scalars(select(EmailLink.used_at).order_by(EmailLink.id)).all()
            return counts, used

    return read


@pytest.fixture
def receipts(database):
    """Read all receipts, the oldest first."""

    def read():
        with database.reading() as session:
            return list(session.scalars(select(PreferenceReceipt).order_by(PreferenceReceipt.chosen_at, PreferenceReceipt.id)))

    return read
