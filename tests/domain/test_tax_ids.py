"""A customer's tax IDs are replaced as a whole; what stays keeps its row."""

import pytest
from sqlalchemy import select

from portal.domain import tax_ids
from portal.model import AuditEvent
from tests.cast import Cast


@pytest.fixture
def people(session):
    return Cast.make(session)


def test_what_stays_keeps_its_row_and_its_register_state(session, people):
    by = people.operator()
    first, _ = tax_ids.replace(session, people.own, [("eu_vat", "DE136695976"), ("ch_uid", "CHE123456788")], by=by)
    first.register_state = "valid"
    kept, added = tax_ids.replace(session, people.own, [("eu_vat", "DE136695976"), ("us_ein", "821492204")], by=by)
    assert kept is first
    assert (kept.register_state, added.value) == ("valid", "821492204")
    event = session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
    assert event.changes == {"tax_ids": [["ch_uid CHE123456788"], ["us_ein 821492204"]]}


def test_the_same_again_changes_nothing(session, people):
    pair = [("eu_vat", "DE136695976")]
    tax_ids.replace(session, people.own, pair, by=people.operator())
    version = people.own.version
    tax_ids.replace(session, people.own, pair * 2, by=people.operator())
    assert people.own.version == version
    assert len(tax_ids.of_customer(session, people.own.id)) == 1
    assert len(session.scalars(select(AuditEvent)).all()) == 1
