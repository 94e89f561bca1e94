"""Several who save a brand at the very same moment: each keeps what they wrote, or is told."""

from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import func, select

from portal.domain import brands
from portal.model import AuditEvent, BusinessEntity, Logo
from portal.values.images import read_picture
from tests import pictures

FIELDS = ("name", "legal_name", "address_line", "colour")


def at_once(database, cast, act, values) -> list[str]:
    """Let each value be saved by somebody of their own, all at once; say how it went for each."""

    def save(value) -> str:
        try:
            with database.writing() as session:
                act(session, session.get_one(BusinessEntity, cast.entity.id), value)
        except (brands.BrandChanged, brands.LogoChanged):
            return "told"
        return "saved"

    with ThreadPoolExecutor(len(values)) as pool:
        return list(pool.map(save, values))


def test_each_in_a_field_of_their_own_all_are_saved(database, cast):
    was = brands.facts_of(cast.entity)
    written = [{field: f"#aa330{number}"} for number, field in enumerate(FIELDS)]
    went = at_once(database, cast, lambda session, one, new: brands.change(session, one, was | new, was=was, by=cast.operator()), written)
    assert went == ["saved"] * 4
    with database.reading() as session:
        found = brands.facts_of(session.get_one(BusinessEntity, cast.entity.id))
    assert [found[field] for field in FIELDS] == ["#aa3300", "#aa3301", "#aa3302", "#aa3303"]


def test_all_in_the_same_field_one_is_saved_and_the_others_are_told(database, cast):
    was = brands.facts_of(cast.entity)
    names = [f"Northwind {number}" for number in range(4)]
    went = at_once(
        database, cast, lambda session, one, name: brands.change(session, one, was | {"name": name}, was=was, by=cast.operator()), names
    )
    assert sorted(went) == ["saved", "told", "told", "told"]
    with database.reading() as session:
        assert session.get_one(BusinessEntity, cast.entity.id).name == names[went.index("saved")]
        assert session.scalar(select(func.count()).select_from(AuditEvent)) == 1


def test_of_several_logos_one_is_in_place_and_the_others_are_told(database, cast):
    made = [read_picture(pictures.png(80 + number, 80)) for number in range(4)]
    went = at_once(database, cast, lambda session, one, logo: brands.set_logo(session, one, logo, seen="", by=cast.operator()), made)
    assert sorted(went) == ["saved", "told", "told", "told"]
    with database.reading() as session:
        assert session.get_one(BusinessEntity, cast.entity.id).logo == made[went.index("saved")].file_name
        assert session.scalar(select(func.count()).select_from(Logo)) == 1


def test_the_same_logo_sent_several_times_at_once_is_kept_once(database, cast):
    made = [read_picture(pictures.png())] * 4
    went = at_once(database, cast, lambda session, one, logo: brands.set_logo(session, one, logo, by=cast.operator()), made)
    assert went == ["saved"] * 4
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Logo)) == 1
        assert session.scalar(select(func.count()).select_from(AuditEvent)) == 1
