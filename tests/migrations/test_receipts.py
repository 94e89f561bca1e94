"""Receipts of choices after the revision that lets Portal itself choose: kept, append-only as before, and of its kinds only."""

from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from portal.model import PreferenceReceipt
from tests import factories


@pytest.fixture
def receipt(database) -> UUID:
    with database.writing() as session:
        entity, _ = factories.entity(session)
        customer = factories.customer(session, entity)
        contact = factories.contact(session, customer, "ann@acme.example")
        made = PreferenceReceipt(contact_id=contact.id, topic="news", before=False, wanted=True, how="system", actor_kind="system")
        session.add(made)
        session.flush()
        return made.id


@pytest.mark.parametrize("act", ["UPDATE preference_receipt SET wanted = before", "DELETE FROM preference_receipt"])
def test_receipts_are_append_only_still(database, receipt, act):
    with pytest.raises(DBAPIError, match="append-only"), database.engine.begin() as connection:
        connection.execute(text(act))


def test_no_other_way_of_choosing_is_kept(database, receipt):
    with pytest.raises(DBAPIError), database.writing() as session:
        kept = session.get_one(PreferenceReceipt, receipt)
        session.add(
            PreferenceReceipt(contact_id=kept.contact_id, topic="news", before=True, wanted=False, how="guess", actor_kind="system")
        )
