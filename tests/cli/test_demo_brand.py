"""The demo company's logo: there from the beginning, small, and not put back once it was taken away."""

from portal.cli.demo import company
from portal.domain import actors, brands, business_entities
from portal.values.images import read_picture
from portal.values.sealed import Vault


def test_the_demo_company_has_a_small_logo(database, settings):
    with database.writing() as session:
        company.ensure(session, Vault(settings.secret_key))
    picture = read_picture(company.LOGO.read_bytes())
    assert len(picture.body) < 2_000
    with database.reading() as session:
        assert business_entities.default(session).logo == picture.file_name
        assert brands.logo_at(session, picture.file_name).body == picture.body


def test_taken_away_it_stays_away_when_the_demo_comes_up_again(database, settings):
    for _ in range(2):
        with database.writing() as session:
            company.ensure(session, Vault(settings.secret_key))
            brands.remove_logo(session, business_entities.default(session), by=actors.system("cli"))
    with database.writing() as session:
        company.ensure(session, Vault(settings.secret_key))
        assert business_entities.default(session).logo == ""
