"""The command line over the database under test."""

import pytest
from click.testing import CliRunner

from portal.cli import main


@pytest.fixture
def environment(database, settings, monkeypatch) -> None:
    """The variables of an installation whose database is the one under test."""
    monkeypatch.setenv("PORTAL_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("PORTAL_SECRET_KEY", settings.secret_key)
    monkeypatch.setenv("PORTAL_PUBLIC_URL", settings.public_url)
    monkeypatch.setenv("PORTAL_ENVIRONMENT", "test")


@pytest.fixture
def run():
    """Run `portal` with some words: run("doctor", status=1) -> the result."""

    def invoke(*words, status: int = 0):
        result = CliRunner().invoke(main, [str(word) for word in words])
        assert result.exit_code == status, result.output
        return result

    return invoke
