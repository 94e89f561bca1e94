"""The import at the terminal: exit status, JSON, table."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from portal.cli.import_ import import_group
from portal.cli.sample import sample_group
from portal.domain.imports import jobs
from portal.model import Customer, ImportJob

DATA = Path(__file__).parents[1] / "data"


@pytest.fixture
def portal(database, cast, settings, monkeypatch):
    monkeypatch.setenv("PORTAL_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("PORTAL_SECRET_KEY", settings.secret_key)
    monkeypatch.setenv("PORTAL_PUBLIC_URL", settings.public_url)
    monkeypatch.setenv("PORTAL_ENVIRONMENT", "test")

    def invoke(*arguments, group=import_group, status=0):
        result = CliRunner().invoke(group, [str(argument) for argument in arguments])
        assert result.exit_code == status, result.output
        return result

    return invoke


def customers(database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(Customer))


def test_a_file_is_imported_and_a_second_run_changes_nothing(portal, database):
    arguments = ("customers", DATA / "customers.csv", "--contacts", DATA / "contacts.csv")
    assert "39 customers were created, 0 changed" in portal(*arguments).stdout
    result = json.loads(portal(*arguments, "--json").stdout)
    assert (result["created"], result["updated"], result["unchanged"], result["errors"]) == (0, 0, 39, [])
    assert result["contacts"]["unchanged"] == 40
    assert customers(database) == 41


def test_a_dry_run_keeps_nothing(portal, database):
    assert "39 customers would be created" in portal("customers", DATA / "customers.csv", "--dry-run").stdout
    assert customers(database) == 2


def test_a_dirty_file_is_refused_with_each_bad_cell(portal, database):
    result = portal("customers", DATA / "customers-dirty.csv", status=1)
    assert " 12  phone           12            “12” is too short" in result.stderr
    errors = json.loads(portal("customers", DATA / "customers-dirty.csv", "--json", status=1).stdout)["errors"]
    assert [(error["row"], error["column"], error["value"]) for error in errors][:2] == [(6, "customer_name", ""), (12, "phone", "12")]
    assert customers(database) == 2


def test_what_is_no_csv_is_refused_in_a_sentence(portal, tmp_path):
    picture = tmp_path / "customers.csv"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n")
    assert portal("customers", picture, status=1).stderr.startswith("This is a picture (PNG).")


def test_wrong_use_has_its_own_status(portal, tmp_path):
    portal("customers", tmp_path / "none.csv", status=2)
    portal("customers", status=2)


def test_the_sample_is_printed_and_refused(portal, tmp_path):
    sample = tmp_path / "sample.csv"
    sample.write_text(portal("customers", group=sample_group).stdout)
    assert "This is the example row of the sample file." in portal("customers", sample, status=1).stderr


def history(database) -> list[ImportJob]:
    with database.reading() as session:
        return jobs.recent(session)


def test_an_import_leaves_its_row_in_the_history(portal, database):
    portal("customers", DATA / "customers.csv", "--contacts", DATA / "contacts.csv")
    (done,) = history(database)
    assert (done.state, done.kind, done.actor_name, done.total_rows, done.failure) == ("done", "customers+contacts", "Command line", 79, "")
    assert (done.counts["created"], done.counts["contacts"]["created"]) == (39, 40)
    assert [(file.name, file.size, file.delimiter, file.header[0]) for file in done.files] == [
        ("customers.csv", (DATA / "customers.csv").stat().st_size, ",", "customer_name"),
        ("contacts.csv", (DATA / "contacts.csv").stat().st_size, ",", "customer_external_id"),
    ]
    assert done.started_at <= done.finished_at


def test_a_refused_import_leaves_its_row_with_each_bad_cell(portal, database):
    portal("customers", DATA / "customers-dirty.csv", status=1)
    (refused,) = history(database)
    assert (refused.state, refused.counts["problems"], refused.done_rows) == ("refused", 8, 0)
    assert refused.failure == "8 cells cannot be imported. Nothing was imported."
    with database.reading() as session:
        found = jobs.problems(session, refused.id)
    assert [(problem.row, problem.column) for problem in found][:2] == [(6, "customer_name"), (12, "phone")]


def test_a_file_that_cannot_be_read_leaves_its_row_with_the_sentence(portal, database, tmp_path):
    picture = tmp_path / "customers.csv"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n")
    portal("customers", picture, status=1)
    (refused,) = history(database)
    assert (refused.state, refused.total_rows, refused.files[0].name) == ("refused", 0, "customers.csv")
    assert refused.failure.startswith("This is a picture (PNG).")


def test_a_dry_run_leaves_no_row_in_the_history(portal, database):
    portal("customers", DATA / "customers.csv", "--dry-run")
    portal("customers", DATA / "customers-dirty.csv", "--dry-run", status=1)
    assert history(database) == []
