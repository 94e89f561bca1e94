"""Starts the demo: web, worker and mail catcher together, ended by one Ctrl-C."""

import contextlib
import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

import click

from portal import logs, migrations
from portal.cli.demo import company
from portal.db import Database
from portal.domain import actors, users
from portal.gateways.mail_catcher.server import MailCatcher
from portal.settings import Settings
from portal.values.sealed import Vault
from portal.worker.loop import Worker

READY_SECONDS = 30


@click.command(short_help="Start a demo company to look around in.")
@click.option("--port", default=8000, show_default=True, help="The port to listen on.")
@click.option(
    "--data",
    "directory",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(".portal-demo"),
    show_default=True,
    help="The directory for database and mail.",
)
def demo(port: int, directory: Path) -> None:
    """Start a demo company: embedded database, web, worker, and a mailbox that catches all mail.

    Nothing leaves this machine. Started again, it goes on where it was; delete the directory to begin anew.
    """
    _refuse_taken(port)
    directory = directory.resolve()
    directory.mkdir(parents=True, exist_ok=True)
    catcher = MailCatcher(directory / "mailbox", port=_free_port())
    settings = Settings(
        database_url=f"sqlite:///{directory / 'portal.db'}",
        secret_key=_secret_key(directory / "secret-key"),
        public_url=f"http://127.0.0.1:{port}",
        smtp_url=f"smtp://127.0.0.1:{catcher.port}",
        dns_resolver="none",
        environment="demo",
        trusted_hosts=("127.0.0.1", "localhost"),
        mailbox=directory / "mailbox",
        log_format="plain",
    )
    logs.configure("plain", level=30)
    click.echo(f"Preparing the demo company in {directory} …", err=True)
    database = Database(settings.database_url)
    migrations.upgrade(database)
    with database.writing() as session:
        company.ensure(session, Vault(settings.secret_key))
    token = _sign_in_token(database)
    _run(settings, database, catcher, port, token)


def _run(settings: Settings, database: Database, catcher: MailCatcher, port: int, token: str) -> None:
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    catcher.start()
    web = subprocess.Popen([sys.executable, "-m", "portal", "serve", "--port", str(port)], env=os.environ | _environment(settings))
    working = threading.Thread(target=Worker(settings, database).run, args=(stop,), name="worker")
    working.start()
    try:
        if _wait_until_up(settings.public_url, web, stop):
            _greet(settings.public_url, token)
        while web.poll() is None and not stop.wait(0.5):
            pass
    finally:
        stop.set()
        web.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            web.wait(10)
        web.kill()
        working.join(20)
        catcher.stop()
        database.dispose()
    click.echo("Stopped. The data is kept; the same command goes on with it.", err=True)


def _greet(address: str, token: str) -> None:
    click.echo(
        f"""
Portal is up. Ctrl-C ends it.

  Console   {address}/sign-in/invite/{token}
            signs you in once as {company.OPERATOR_NAME}, the owner; later sign in as {company.OPERATOR_EMAIL}
  Mail      {address}/mailbox
            every mail arrives here, sign-in links too; nothing leaves this machine
  Portal    {address}/sign-in
            as a customer: {company.CUSTOMER_EMAIL}, the link comes to the mailbox
"""
    )


def _sign_in_token(database: Database) -> str:
    with database.writing() as session:
        return users.invite_operator(session, company.OPERATOR_EMAIL, "owner", by=actors.system("cli", "portal demo"))[1]


def _environment(settings: Settings) -> dict[str, str]:
    return {
        "PORTAL_DATABASE_URL": settings.database_url,
        "PORTAL_SECRET_KEY": settings.secret_key,
        "PORTAL_PUBLIC_URL": settings.public_url,
        "PORTAL_SMTP_URL": settings.smtp_url,
        "PORTAL_DNS_RESOLVER": settings.dns_resolver,
        "PORTAL_ENVIRONMENT": settings.environment,
        "PORTAL_TRUSTED_HOSTS": " ".join(settings.trusted_hosts),
        "PORTAL_MAILBOX": str(settings.mailbox),
        "PORTAL_LOG_FORMAT": settings.log_format,
    }


def _secret_key(path: Path) -> str:
    """Read the demo's key, made at its first start."""
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_hex(32))
    return path.read_text().strip()


def _refuse_taken(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise click.ClickException(f"Port {port} is in use. Choose another: portal demo --port {port + 1}") from None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait_until_up(address: str, web: subprocess.Popen, stop: threading.Event) -> bool:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline and web.poll() is None and not stop.is_set():
        with contextlib.suppress(urllib.error.URLError, ConnectionError, TimeoutError):
            urllib.request.urlopen(f"{address}/healthz", timeout=2).close()
            return True
        time.sleep(0.1)
    return False
