"""What an administrator does at the terminal, and what is said when it cannot be done."""

import shutil
import socket

import click
import pytest
from sqlalchemy import select, text

from portal import cli, migrations
from portal.db import Database
from portal.domain import wallets
from portal.model import AuditEvent, BusinessEntity, Sender, User
from tests import pictures

COMMANDS = ("business", "demo", "doctor", "import", "migrate", "operators", "sample", "senders", "serve", "worker")


def test_help_names_every_command_and_how_to_begin(run):
    said = run("--help").output
    assert all(command in said for command in COMMANDS)
    assert "portal demo" in said


def test_help_says_of_each_command_what_the_command_says_of_itself():
    for name, (_, summary) in cli.COMMANDS.items():
        assert cli.main.get_command(click.Context(cli.main), name).get_short_help_str(limit=100) == summary, name


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(run, command):
    said = run(command, "--help").output
    assert "Usage:" in said
    assert len(said.splitlines()) > 4


def test_wrong_words_are_a_usage_error(run):
    assert "No such command" in run("dance", status=2).output
    assert "No such option" in run("doctor", "--loud", status=2).output


def test_missing_settings_are_all_named(run, monkeypatch):
    for name in ("PORTAL_DATABASE_URL", "PORTAL_SECRET_KEY", "PORTAL_PUBLIC_URL"):
        monkeypatch.delenv(name, raising=False)
    said = run("doctor", status=1).output
    assert all(name in said for name in ("PORTAL_DATABASE_URL", "PORTAL_SECRET_KEY", "PORTAL_PUBLIC_URL"))


def test_migrate_makes_the_tables_and_what_every_installation_starts_with(run, monkeypatch, tmp_path):
    url = f"sqlite:///{tmp_path / 'new.db'}"
    for name, value in {"DATABASE_URL": url, "SECRET_KEY": "0123456789abcdef" * 2, "PUBLIC_URL": "http://localhost"}.items():
        monkeypatch.setenv(f"PORTAL_{name}", value)
    assert "is at nothing" in run("operators", "add", "ada@northwind.example", status=1).output
    assert "went from nothing to" in run("migrate").output
    assert "The database is at" in run("migrate").output
    made = Database(url)
    assert migrations.current(made) == migrations.head()
    with made.reading() as session:
        assert session.scalars(select(BusinessEntity.is_default)).all() == [True]
        assert session.scalars(select(Sender.is_default)).all() == [True]
    made.dispose()


def test_the_business_is_described(run, environment, cast, database):
    said = run("business", "set", "--name", "Südwind", "--country", "Austria", "--sender", "Hallo@Suedwind.example").output
    assert "Südwind" in said
    assert "Hallo@suedwind.example" in said
    with database.reading() as session:
        entity = session.scalars(select(BusinessEntity)).one()
        assert (entity.name, entity.country, entity.currency) == ("Südwind", "AT", "EUR")
        assert session.scalars(select(AuditEvent.action)).all() == ["business_entity.changed"]
    assert "Atlantis" in run("business", "set", "--country", "Atlantis", status=2).output


def test_the_business_gets_a_colour_and_a_logo_and_goes_without_again(run, environment, cast, database, tmp_path):
    picture = tmp_path / "logo"
    picture.write_bytes(pictures.png())
    said = run("business", "set", "--logo", picture, "--colour", "AA3300").output
    assert "Its logo is a PNG, 320 × 80 pixels." in said
    with database.reading() as session:
        entity = session.scalars(select(BusinessEntity)).one()
        assert (entity.logo[-4:], entity.logo_width, entity.colour) == (".png", 320, "#aa3300")
    assert "logo" not in run("business", "set", "--no-logo").output
    with database.reading() as session:
        assert session.scalars(select(BusinessEntity.logo)).one() == ""
        acts = ["business_entity.changed", "business_entity.logo_set", "business_entity.logo_removed"]
        assert session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)).all() == acts


def test_what_is_no_logo_or_no_colour_is_a_usage_error(run, environment, cast, database, tmp_path):
    picture = tmp_path / "logo.png"
    for body, sentence in ((b"<svg/>", "That is an SVG"), (bytes(400_000), "at most 300 kB fit"), (b"", "The file is empty")):
        picture.write_bytes(body)
        assert sentence in run("business", "set", "--logo", picture, status=2).output
    picture.write_bytes(pictures.png())
    assert "not both" in run("business", "set", "--logo", picture, "--no-logo", status=2).output
    assert "does not exist" in run("business", "set", "--logo", tmp_path / "none.png", status=2).output
    assert "#1b5441" in run("business", "set", "--colour", "green", status=2).output
    with database.reading() as session:
        assert session.scalars(select(BusinessEntity.logo)).one() == ""


def test_an_operator_is_added_with_a_link_that_works_once(run, environment, cast, client):
    said = run("operators", "add", "Ada@Northwind.example", "--role", "finance").output
    assert "finance" in said
    link = said.split()[-1]
    assert link.startswith("http://localhost/sign-in/invite/")
    page = client.follow(client.get(link.removeprefix("http://localhost"), status=303))
    landed = client.submit(page, "/sign-in/invite", {"name": "Ada Okafor"})
    assert landed.location.startswith("/console")
    with client.app.extensions["database"].reading() as session:
        assert session.scalars(select(User.name).where(User.email_key == "ada@northwind.example")).one() == "Ada Okafor"


def test_an_address_that_is_none_is_refused(run, environment, cast):
    assert "@" in run("operators", "add", "ada", status=1).output
    assert "king" in run("operators", "add", "ada@x.example", "--role", "king", status=2).output


def test_the_doctor_finds_a_whole_installation_well(run, environment, cast):
    said = run("doctor").output
    assert said.count("✓") >= 4
    assert "✗" not in said


def test_the_doctor_names_the_first_wrong_entry(run, environment, cast, database):
    with database.writing() as session:
        customer = session.merge(cast.own)
        wallet = wallets.open(session, customer, "EUR", by=cast.operator())
        wallets.adjust(session, wallet, 2500, reason="goodwill", key="k1", by=cast.operator())
    with database.engine.begin() as connection:
        if database.dialect == "sqlite":
            connection.execute(text("DROP TRIGGER wallet_entry_no_update"))
        else:
            connection.execute(text("SET session_replication_role = replica"))
        connection.execute(text("UPDATE wallet_entry SET amount = 2600"))
        if database.dialect == "postgresql":
            connection.execute(text("SET session_replication_role = origin"))
    said = run("doctor", "ledger", status=1).output
    assert "✗" in said
    assert "entry 1" in said.lower()


def test_the_doctor_asks_for_a_migration(run, monkeypatch, tmp_path, sqlite_template):
    shutil.copy(sqlite_template, tmp_path / "old.db")
    old = Database(f"sqlite:///{tmp_path / 'old.db'}")
    with old.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'ancient'"))
    old.dispose()
    for name, value in {"DATABASE_URL": str(old.url), "SECRET_KEY": "0123456789abcdef" * 2, "PUBLIC_URL": "http://localhost"}.items():
        monkeypatch.setenv(f"PORTAL_{name}", value)
    assert "portal migrate" in run("doctor", status=1).output


def test_a_demo_on_a_taken_port_says_so(run, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        said = run("demo", "--port", taken.getsockname()[1], "--data", tmp_path / "demo", status=1).output
    assert "is in use" in said
    assert not (tmp_path / "demo").exists()
