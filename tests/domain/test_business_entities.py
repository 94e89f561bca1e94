"""Our own legal entities."""

import pytest

from portal.domain import business_entities
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
