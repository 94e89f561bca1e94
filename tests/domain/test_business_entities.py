"""Our own legal entities."""

import pytest

from portal.domain import actors, business_entities
from portal.domain.errors import NotFound
from portal.values import ids
from tests import factories


def test_the_default_one_comes_first_then_by_name(session):
    for name, default in (("Zebra", True), ("Beta", False), ("Alpha", False)):
        factories.entity(session, name=name, is_default=default)
    assert [entity.name for entity in business_entities.all(session)] == ["Zebra", "Alpha", "Beta"]
    assert business_entities.default(session).name == "Zebra"


def test_one_is_found_by_its_id_and_nonsense_is_not(session):
    made, _ = factories.entity(session)
    assert business_entities.find(session, made.id) is made
    with pytest.raises(NotFound):
        business_entities.find(session, ids.new_id())


def test_without_a_default_nobody_bills(session):
    with pytest.raises(NotFound, match="no business entity"):
        business_entities.default(session)


@pytest.mark.parametrize("days", [-1, 0, 91, 10**9])
def test_credit_is_announced_between_a_day_and_three_months_before(session, days):
    made, _ = factories.entity(session)
    with pytest.raises(business_entities.NoticeWrong, match="from 1 to 90"):
        business_entities.set_expiry_notice(session, made, days, by=actors.system("cli"))
    assert made.expiry_notice_days == 14


def test_the_new_days_hold_for_the_next_look(session):
    made, _ = factories.entity(session)
    business_entities.set_expiry_notice(session, made, 3, by=actors.system("cli"))
    session.expire_all()
    assert made.expiry_notice_days == 3
