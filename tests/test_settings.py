"""The settings are read once, and say all that is wrong with them at once."""

import pytest

from portal.settings import Settings, UnsafeSettings

GOOD = {
    "PORTAL_DATABASE_URL": "postgresql://portal@localhost/portal",
    "PORTAL_SECRET_KEY": "0123456789abcdef0123456789abcdef",
    "PORTAL_PUBLIC_URL": "https://portal.example.com/",
}


def test_good_settings_are_read():
    settings = Settings.read(GOOD)
    assert settings.production
    assert settings.secure
    assert settings.database_url == "postgresql+psycopg://portal@localhost/portal"
    assert settings.public_url == "https://portal.example.com"
    assert settings.hosts == ("portal.example.com",)


def test_further_hosts_are_words():
    assert Settings.read(GOOD | {"PORTAL_TRUSTED_HOSTS": "a.example, b.example"}).hosts == ("portal.example.com", "a.example", "b.example")


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"PORTAL_DATABASE_URL": ""}, "PORTAL_DATABASE_URL"),
        ({"PORTAL_DATABASE_URL": "mysql://x"}, "PORTAL_DATABASE_URL"),
        ({"PORTAL_SECRET_KEY": ""}, "PORTAL_SECRET_KEY"),
        ({"PORTAL_SECRET_KEY": "short"}, "PORTAL_SECRET_KEY"),
        ({"PORTAL_SECRET_KEY": "a" * 64}, "PORTAL_SECRET_KEY"),
        ({"PORTAL_PUBLIC_URL": ""}, "PORTAL_PUBLIC_URL"),
        ({"PORTAL_PUBLIC_URL": "portal.example.com"}, "PORTAL_PUBLIC_URL"),
        ({"PORTAL_PUBLIC_URL": "http://portal.example.com"}, "https"),
        ({"PORTAL_PUBLIC_URL": "https://portal.example.com/path"}, "PORTAL_PUBLIC_URL"),
        ({"PORTAL_ENVIRONMENT": "staging"}, "PORTAL_ENVIRONMENT"),
        ({"PORTAL_MAILBOX": "mail"}, "PORTAL_MAILBOX"),
        ({"PORTAL_PROXY_HOPS": "one"}, "PORTAL_PROXY_HOPS"),
        ({"FLASK_DEBUG": "1"}, "FLASK_DEBUG"),
    ],
)
def test_production_refuses_what_is_unsafe(change, named):
    with pytest.raises(UnsafeSettings) as refused:
        Settings.read(GOOD | change)
    assert any(named in problem for problem in refused.value.problems)
    assert len(refused.value.problems) == 1


def test_all_faults_are_named_together():
    with pytest.raises(UnsafeSettings) as refused:
        Settings.read({})
    assert len(refused.value.problems) == 3
