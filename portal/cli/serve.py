"""portal serve and portal worker: the two kinds of process of an installation."""

import gc
import multiprocessing
import signal
import threading

import click
from flask import Flask
from gunicorn.app.base import BaseApplication

from portal.app import create_app
from portal.cli.context import open_database, read_settings
from portal.cli.turnstile import Turnstile
from portal.settings import Settings
from portal.worker.loop import Worker


def application() -> Flask:
    """Make the application of one server process, from the environment's settings."""
    return settled(create_app())


def settled(app: Flask) -> Flask:
    """Make an application ready to be served by threads: pages in turns on SQLite, and little for the collector of garbage to look through.

    What is there for good is spared: it would look through all of it time and again.
    """
    if app.extensions["database"].dialect == "sqlite":
        app.wsgi_app = Turnstile(app.wsgi_app)
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)  # a page makes some thousand objects, and hardly any that only the collector could free
    return app


class Server(BaseApplication):
    """Gunicorn with Portal in it; each process makes its own application and database connections."""

    def __init__(self, settings: Settings, options: dict[str, object]):
        self.settings, self.options = settings, options
        super().__init__()

    def load_config(self) -> None:
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self):
        return settled(create_app(self.settings))


def gunicorn_options(*, host: str, port: int, workers: int, threads: int) -> dict[str, object]:
    """Give the settings of the web server, the same for `serve` and `demo`."""
    return {
        "bind": f"{host}:{port}",
        "workers": workers,
        "threads": threads,
        "worker_class": "gthread",
        "timeout": 60,
        "graceful_timeout": 20,
        "keepalive": 5,
        "loglevel": "warning",
        "control_socket_disable": True,
    }


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8000, show_default=True, help="The port to listen on.")
@click.option("--workers", default=max(2, multiprocessing.cpu_count()), show_default="one a core", help="How many processes.")
@click.option("--threads", default=4, show_default=True, help="How many threads a process.")
def serve(host: str, port: int, workers: int, threads: int) -> None:
    """Answer the web: console, portal, links.

    Put a proxy with TLS before it, and set PORTAL_PUBLIC_URL to the address people open.
    """
    settings = read_settings()
    open_database(settings).dispose()
    Server(settings, gunicorn_options(host=host, port=port, workers=workers, threads=threads)).run()


@click.command()
def worker() -> None:
    """Send mail and run imports.

    Any number of workers may run, on any machine that reaches the database; one is needed. Ctrl-C ends it after the
    job at hand.
    """
    settings = read_settings()
    stop = threading.Event()
    for signal_number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signal_number, lambda *_: stop.set())
    click.echo("Working. Ctrl-C ends it.", err=True)
    with open_database(settings) as database:
        Worker(settings, database).run(stop)
