"""portal serve: the processes that answer the web."""

import gc
import multiprocessing

import click
from flask import Flask
from gunicorn.app.base import BaseApplication

from portal.app import create_app
from portal.cli.context import open_database, read_settings
from portal.cli.turnstile import Turnstile
from portal.settings import Settings


def application() -> Flask:
    """Make the application of one server process, from the environment's settings."""
    return settled(create_app())


def settled(app: Flask) -> Flask:
    """Make an application ready to be served by threads: pages in turns on SQLite, and little for the collector of garbage to look through.

    What is there for good is spared: it would look through all of it time and again.
    """
    if app.extensions["database"].dialect == "sqlite":
        app.wsgi_app = Turnstile(app.wsgi_app)
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)  # a page makes some thousand objects, and hardly any that only the collector could free
    return app


class Server(BaseApplication):
    """Gunicorn with Portal in it.

    The application is made once, before there are workers: they begin with all of it in memory that they share, and one that
    is killed is replaced at once. It holds neither connections nor threads then; each worker opens its own.
    """

    def __init__(self, settings: Settings, options: dict[str, object]):
        self.settings, self.options = settings, options
        super().__init__()

    def load_config(self) -> None:
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self):
        return settled(create_app(self.settings))

    def reload(self) -> None:
        """Make the application anew for the workers to come (SIGHUP): templates and assets may have changed."""
        self.callable = None
        gc.unfreeze()
        gc.collect()
        super().reload()


def gunicorn_options(*, host: str, port: int, workers: int, threads: int) -> dict[str, object]:
    """Give the settings of the web server, the same for `serve` and `demo`."""
    return {
        "bind": f"{host}:{port}",
        "workers": workers,
        "threads": threads,
        "worker_class": "gthread",
        "preload_app": True,
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
