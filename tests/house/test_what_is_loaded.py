"""What a process holds in memory: the first pages need none of what is large and seldom used, and help needs next to nothing."""

import subprocess
import sys

import pytest

from portal.domain import sessions

pytestmark = pytest.mark.one_database

SELDOM = {
    "PIL": "pictures",
    "aiosmtpd": "the demo's mail server",
    "alembic": "migrating",
    "authlib": "signing in at a provider",
    "babel.messages": "letters in other languages than English",
    "cryptography": "what is sealed or signed",
    "css_inline": "letters",
    "dns": "a sender's records",
    "email.policy": "reading mail",
    "email_validator": "addresses that are not plain",
    "idna": "domains that are not plain",
    "imaplib": "taking in returned mail",
    "joserfc": "signing in at a provider",
    "phonenumbers": "phone numbers",
    "portal.worker": "what nobody waits for",
    "segno": "QR codes",
    "smtplib": "sending mail",
    "stdnum": "reading tax IDs",
    "typst": "statements on paper",
    "webauthn": "passkeys",
    "zxcvbn": "setting a password",
}
"""Each with what needs it. All of them together are half as large again as everything else in a process."""

PAGES = """
import sys

from portal.cli.serve import application

http = application().test_client()
http.set_cookie("portal_console", sys.argv[1])
for path in ("/healthz", "/sign-in", "/console/customers/", "/console/customers/?q=gru"):
    assert http.get(path).status_code == 200, path
print(*(name for name in sys.argv[2:] if name in sys.modules))
"""

HELP = """
import sys

from portal.cli import main

main(["--help"], standalone_mode=False)
print(*(name for name in ("flask", "jinja2", "sqlalchemy", "gunicorn") if name in sys.modules))
"""


def printed(script: str, *arguments: str) -> str:
    """Run a script in a Python of its own; give the last line it prints."""
    done = subprocess.run([sys.executable, "-c", script, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.split("\n")[-2]


def test_the_first_pages_are_made_without_what_is_seldom_used(database, cast, settings, monkeypatch):
    monkeypatch.setenv("PORTAL_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("PORTAL_SECRET_KEY", settings.secret_key)
    monkeypatch.setenv("PORTAL_PUBLIC_URL", settings.public_url)
    monkeypatch.setenv("PORTAL_ENVIRONMENT", "test")
    with database.writing() as session:
        token = sessions.start(session, cast.operators["owner"], side="console", method="link").token
    loaded = printed(PAGES, token, *SELDOM).split()
    told = ", ".join(f"{name} (for {SELDOM[name]})" for name in loaded)
    assert not loaded, f"every process has loaded {told}: import it in the function that needs it, as portal/values/sealed.py does"


def test_help_is_written_without_loading_any_command():
    assert printed(HELP) == ""
