"""The application that is scanned: a server on loopback over rows of every kind, and who is signed in to it."""

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient

from portal import migrations
from portal.app import create_app
from portal.db import Database
from portal.domain import sessions
from portal.model import Contact, User
from portal.settings import Settings
from portal.web import signed_in
from tests.cast import Cast
from tests.house import access_rows
from tests.house.test_permissions import NOWHERE

UP_SECONDS = 60
SIDES = {"console": "/console", "portal": "/account"}


@dataclass
class Visitor:
    """Somebody who is signed in on one side: the cookies of their browser, and the token that its forms carry."""

    side: str
    browser: FlaskClient
    token: str

    @property
    def home(self) -> str:
        return SIDES[self.side]

    @property
    def cookies(self) -> str:
        """Give the browser's Cookie header."""
        names = (f"portal_{self.side}", "portal_form")
        return "; ".join(f"{name}={self.browser.get_cookie(name).value}" for name in names)

    def still_in(self) -> bool:
        """Tell whether the session outlived the scan; what was scanned after its end would be the sign-in page only."""
        return self.browser.get(f"{self.home}/", follow_redirects=True).request.path.startswith(self.home)


@dataclass
class Stage:
    """The address of the server, the same application for looking at its map and pages, and the ids of rows to name."""

    url: str
    app: Flask
    ids: dict[str, list]
    visitors: list[Visitor]
    log: Path

    def faults(self) -> list[str]:
        """Give the server's own record of what broke."""
        return [line for line in self.log.read_text(errors="replace").splitlines() if "Traceback" in line or '"status": 500' in line]


@contextlib.contextmanager
def raised(place: Path) -> Iterator[Stage]:
    """Fill a database, start the server over it, sign an operator and a customer's owner in; stop the server at the end."""
    port = _free_port()
    settings = Settings(
        database_url=f"sqlite:///{place / 'portal.db'}",
        secret_key="for-scans-only-0123456789-abcdefghij",
        public_url=f"http://127.0.0.1:{port}",
        environment="test",
        trusted_hosts=("localhost",),
        log_format="json",
    )
    with Database(settings.database_url) as database:
        migrations.upgrade(database)
        with database.writing() as session:
            cast = Cast.make(session)
        with database.writing() as session:
            known = access_rows.make(session, cast)
        app = create_app(settings, database)
        log = place / "server.log"
        with log.open("w") as written:
            command = [sys.executable, "-m", "portal", "serve", "--port", str(port), "--workers", "2"]
            server = subprocess.Popen(command, env=os.environ | _environment(settings), stderr=written, stdout=written)
            try:
                _wait_until_up(settings.public_url, server, log)
                ids = {name: [known["own"][name], known["foreign"][name]] for name in known["own"]}
                yield Stage(settings.public_url, app, ids | {"nowhere": [NOWHERE]}, _visitors(app, database, cast), log)
            finally:
                server.terminate()
                with contextlib.suppress(subprocess.TimeoutExpired):
                    server.wait(20)
                server.kill()


def _visitors(app: Flask, database: Database, cast: Cast) -> list[Visitor]:
    owner = cast.own_contacts["owner"]
    return [
        _signed_in(app, database, "console", cast.operators["owner"].id, None),
        _signed_in(app, database, "portal", owner.user_id, owner.id),
    ]


def _signed_in(app: Flask, database: Database, side: str, user_id, contact_id) -> Visitor:
    browser = app.test_client()
    with database.writing() as session:
        contact = session.get(Contact, contact_id) if contact_id else None
        token = sessions.start(session, session.get_one(User, user_id), side=side, method="link", contact=contact).token
    with app.app_context():
        browser.set_cookie(signed_in.cookie_name(side), token)
    form = browser.get("/sign-in").get_data(as_text=True).split('name="csrf_token" value="')[1].split('"')[0]
    return Visitor(side, browser, form)


def _environment(settings: Settings) -> dict[str, str]:
    return {
        "PORTAL_DATABASE_URL": settings.database_url,
        "PORTAL_SECRET_KEY": settings.secret_key,
        "PORTAL_PUBLIC_URL": settings.public_url,
        "PORTAL_ENVIRONMENT": settings.environment,
        "PORTAL_TRUSTED_HOSTS": " ".join(settings.trusted_hosts),
    }


def _wait_until_up(url: str, server: subprocess.Popen, log: Path) -> None:
    until = time.monotonic() + UP_SECONDS
    while time.monotonic() < until and server.poll() is None:
        with contextlib.suppress(urllib.error.URLError, ConnectionError):
            urllib.request.urlopen(f"{url}/healthz", timeout=5)
            return
        time.sleep(0.2)
    raise RuntimeError(f"the server did not come up:\n{log.read_text()[-3000:]}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
