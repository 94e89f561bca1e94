"""Logos: put in place, replaced, taken away; and every one that was sent with a letter stays where it is."""

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError, InvalidRequestError

from portal.domain import brands
from portal.domain.letters import Brand
from portal.model import AuditEvent, Logo
from portal.values.images import read_picture
from tests import factories, pictures

WIDE, MARK = read_picture(pictures.png(320, 80)), read_picture(pictures.jpeg(80, 80))


@pytest.fixture
def entity(session, cast):
    return session.merge(cast.entity)


@pytest.fixture
def by(cast):
    return cast.operator("manager")


def test_a_logo_is_put_in_place_and_recorded(session, entity, by):
    brands.set_logo(session, entity, WIDE, by=by)
    session.expire_all()
    assert (entity.logo, entity.logo_width, entity.logo_height) == (WIDE.file_name, 320, 80)
    assert brands.logo_words(entity) == "PNG, 320 × 80 pixels"
    kept = session.scalars(select(Logo)).one()
    assert (kept.digest, kept.media_type, kept.author_name) == (WIDE.digest, "image/png", "Manager Operator")
    event = session.scalars(select(AuditEvent)).one()
    assert (event.action, event.subject_name) == ("business_entity.logo_set", "Northwind")
    assert event.changes == {"logo": [None, "PNG, 320 × 80 pixels"]}


def test_another_one_takes_its_place_and_the_one_before_is_served_on(session, entity, by):
    brands.set_logo(session, entity, WIDE, by=by)
    brands.set_logo(session, entity, MARK, by=by)
    assert entity.logo == MARK.file_name
    assert tuple(brands.logo_at(session, WIDE.file_name)) == ("image/png", WIDE.body)
    assert tuple(brands.logo_at(session, MARK.file_name)) == ("image/jpeg", MARK.body)
    before, after = session.scalars(select(AuditEvent).order_by(AuditEvent.id)).all()[1].changes["logo"]
    assert (before, after) == ("PNG, 320 × 80 pixels", "JPEG, 80 × 80 pixels")


def test_taken_away_it_is_served_on_and_the_name_stands_there(session, entity, by):
    brands.set_logo(session, entity, WIDE, by=by)
    brands.remove_logo(session, entity, by=by)
    assert (entity.logo, entity.logo_width, brands.logo_words(entity)) == ("", 0, "")
    assert brands.logo_at(session, WIDE.file_name).body == WIDE.body
    assert session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)).all()[1] == "business_entity.logo_removed"
    brands.remove_logo(session, entity, by=by)
    assert session.scalar(select(func.count()).select_from(AuditEvent)) == 2


def test_one_that_was_there_before_is_put_back_and_kept_once(session, entity, by):
    for picture in (WIDE, MARK, WIDE, WIDE):
        brands.set_logo(session, entity, picture, by=by)
    assert entity.logo == WIDE.file_name
    assert session.scalar(select(func.count()).select_from(Logo)) == 2
    assert session.scalar(select(func.count()).select_from(AuditEvent)) == 3


def test_two_business_entities_may_have_the_same_one(session, entity, by):
    other, _ = factories.entity(session, name="Southwind", is_default=False)
    for one in (entity, other):
        brands.set_logo(session, one, WIDE, by=by)
    brands.remove_logo(session, other, by=by)
    assert (entity.logo, other.logo) == (WIDE.file_name, "")
    assert brands.logo_at(session, WIDE.file_name).body == WIDE.body


def test_whoever_saw_another_logo_than_the_one_in_use_changes_nothing(session, entity, by):
    brands.set_logo(session, entity, WIDE, seen="", by=by)
    for act in (
        lambda: brands.set_logo(session, entity, MARK, seen="", by=by),
        lambda: brands.remove_logo(session, entity, seen=MARK.file_name, by=by),
    ):
        with pytest.raises(brands.LogoChanged, match="nothing of yours was saved"):
            act()
    assert entity.logo == WIDE.file_name
    brands.set_logo(session, entity, MARK, seen=WIDE.file_name, by=by)
    assert entity.logo == MARK.file_name


@pytest.mark.parametrize(
    "name",
    [
        "", "logo.png", "../" + WIDE.file_name, WIDE.file_name.replace(".png", ".jpg"), WIDE.file_name.replace(".png", ".svg"),
        WIDE.file_name.upper(), WIDE.file_name + "\n", "0" * 64 + ".png", WIDE.file_name[1:], WIDE.file_name.removesuffix(".png"),
    ],
)  # fmt: skip
def test_under_any_other_name_there_is_nothing(session, entity, by, name):
    brands.set_logo(session, entity, WIDE, by=by)
    assert brands.logo_at(session, name) is None


def test_a_list_of_logos_does_not_carry_their_bytes(session, entity, by):
    brands.set_logo(session, entity, WIDE, by=by)
    session.expunge_all()
    kept = session.scalars(select(Logo)).one()
    with pytest.raises(InvalidRequestError):
        kept.body  # noqa: B018


@pytest.mark.parametrize("act", ["UPDATE logo SET body = body", "DELETE FROM logo"])
def test_the_database_itself_keeps_every_logo(database, cast, act):
    with database.writing() as session:
        brands.set_logo(session, session.merge(cast.entity), WIDE, by=cast.operator())
    with pytest.raises(DBAPIError, match="append-only"), database.writing() as session:
        session.execute(text(act))


@pytest.mark.parametrize(
    ("picture", "shown", "says_name"),
    [
        (pictures.png(320, 80), (160, 40), True),
        (pictures.png(2_000, 200), (240, 24), True),
        (pictures.png(80, 80), (40, 40), False),
        (pictures.png(160, 80), (80, 40), False),
        (pictures.png(100, 300), (13, 40), False),
        (pictures.png(60, 20), (60, 20), True),
    ],
)
def test_letters_show_it_at_most_40_pixels_high_and_one_as_narrow_as_a_seal_beside_the_name(session, entity, by, picture, shown, says_name):
    found = read_picture(picture)
    brands.set_logo(session, entity, found, by=by)
    brand = Brand.of(entity, "https://portal.example")
    assert brand.logo_url == f"https://portal.example/logos/{found.file_name}"
    assert (brand.logo_width, brand.logo_height) == shown
    assert brand.logo_says_name is says_name
