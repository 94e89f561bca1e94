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


@pytest.mark.parametrize("address", ["", "none", "9.9.9.9", "127.0.0.1:5353", "[::1]:53", "[2620:fe::fe]"])
def test_a_resolver_is_named_by_its_address(address):
    assert Settings.read(GOOD | {"PORTAL_DNS_RESOLVER": address}).dns_resolver == address


@pytest.mark.parametrize("address", ["dns.example", "9.9.9.9:port", "9.9.9.9:70000", "9.9.9.9:0", "9.9.9", "[::1"])
def test_a_resolver_that_is_no_address_is_refused(address):
    with pytest.raises(UnsafeSettings, match="PORTAL_DNS_RESOLVER is the IP address of a resolver"):
        Settings.read(GOOD | {"PORTAL_DNS_RESOLVER": address})


@pytest.mark.parametrize(
    ("name", "text", "fits"),
    [
        ("PORTAL_BOUNCE_ADDRESS", "bounces@example.com", True),
        ("PORTAL_BOUNCE_ADDRESS", "bounces", False),
        ("PORTAL_BOUNCE_ADDRESS", "a b@example.com", False),
        ("PORTAL_BOUNCE_IMAP_URL", "imaps://user:pass@imap.example.com/INBOX", True),
        ("PORTAL_BOUNCE_IMAP_URL", "imap://user:pass@127.0.0.1:1143/INBOX", True),
        ("PORTAL_BOUNCE_IMAP_URL", "imap://user:pass@imap.example.com/INBOX", False),
        ("PORTAL_BOUNCE_IMAP_URL", "imaps://imap.example.com", False),
        ("PORTAL_BOUNCE_IMAP_URL", "https://user:pass@example.com", False),
    ],
)
def test_where_mail_comes_back_to(name, text, fits):
    environ = {
        "PORTAL_DATABASE_URL": "sqlite:///portal.db", "PORTAL_SECRET_KEY": "0123456789abcdef0123456789abcdef-x",
        "PORTAL_PUBLIC_URL": "https://portal.example.com", name: text,
    }  # fmt: skip
    if fits:
        assert text in vars(Settings.read(environ)).values()
    else:
        with pytest.raises(UnsafeSettings, match=name):
            Settings.read(environ)
