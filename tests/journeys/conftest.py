"""A running Portal for the journeys: web, worker, mail catcher on loopback, and a real browser."""

import os
import shutil
import threading
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from werkzeug.serving import make_server

from portal.cli.demo import company
from portal.db import Database
from portal.domain import actors, users
from portal.gateways.mail_catcher.mailbox import Mailbox
from portal.gateways.mail_catcher.server import MailCatcher
from portal.settings import Settings
from portal.values.sealed import Vault
from portal.worker.loop import Worker

expect.set_options(timeout=15_000)  # milliseconds: a loaded machine is slow, not wrong

BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser")
CHROMIUM = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)


@dataclass
class Live:
    """A running Portal: its address, its database, its mailbox."""

    url: str
    database: Database
    mailbox: Mailbox

    def operator_link(self, email: str = company.OPERATOR_EMAIL, role: str = "owner") -> str:
        """Make a link that signs an operator in, as `portal operators add` prints it."""
        with self.database.writing() as session:
            _, token = users.invite_operator(session, email, role, by=actors.system("cli"))
        return f"{self.url}/sign-in/invite/{token}"


@pytest.fixture
def live(settings, database, tmp_path, start):
    """Start web, worker and mail catcher over the database under test, with the demo company in it."""
    with database.writing() as session:
        company.ensure(session, Vault(settings.secret_key))
    catcher = MailCatcher(tmp_path / "mailbox")
    catcher.start()
    server = make_server("127.0.0.1", 0, _no_app, threaded=True)
    url = f"http://127.0.0.1:{server.port}"
    used: Settings = replace(
        settings, public_url=url, smtp_url=f"smtp://127.0.0.1:{catcher.port}", mailbox=tmp_path / "mailbox", environment="demo"
    )
    server.app = start(used, database)
    stop = threading.Event()
    worker = threading.Thread(target=Worker(used, database).run, args=(stop,))
    web = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    worker.start()
    web.start()
    yield Live(url, database, Mailbox(tmp_path / "mailbox"))
    stop.set()
    server.shutdown()
    web.join()
    worker.join()
    server.server_close()
    catcher.stop()


def _no_app(environ, start_response):
    raise AssertionError("the application was not set")


@pytest.fixture(scope="session")
def browser():
    """The Chromium that PORTAL_CHROMIUM names, or Debian's; the one without a window of its own does the same for a third less."""
    found = os.environ.get("PORTAL_CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        pytest.fail("the journeys need Chromium: apt-get install chromium, or name one in PORTAL_CHROMIUM")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=found, args=list(CHROMIUM))
        yield started
        started.close()


class Watched:
    """A browser window that notes what should not happen: script errors, refused resources, policy violations."""

    def __init__(self, browser: Browser, **options):
        self.context = browser.new_context(**({"viewport": {"width": 1440, "height": 900}, "locale": "en-GB"} | options))
        self.page: Page = self.context.new_page()
        self.faults: list[str] = []
        self.page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))
        self.page.on("console", self._listen)

    def _listen(self, message) -> None:
        if "status of 4" in message.text and message.location.get("url", "").split("?")[0] == self.page.url.split("?")[0]:
            return  # the page itself was answered with 422 or 404, as a test wanted
        if message.type == "error" or "Content Security Policy" in message.text:
            self.faults.append(f"{message.type}: {message.text} ({message.location.get('url', '')})")


@pytest.fixture
def window(browser):
    """Open windows: window(viewport=..., color_scheme="dark", java_script_enabled=False); none may have met a fault."""
    opened: list[Watched] = []

    def open_one(**options) -> Page:
        opened.append(Watched(browser, **options))
        return opened[-1].page

    yield open_one
    faults = [fault for watched in opened for fault in watched.faults]
    for watched in opened:
        watched.context.close()
    assert not faults, "\n".join(faults)


@pytest.fixture
def data() -> Path:
    return Path(__file__).parent.parent / "data"
