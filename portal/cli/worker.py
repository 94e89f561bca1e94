"""portal worker: the process that does what nobody waits for."""

import signal
import threading

import click

from portal.cli.context import open_database, read_settings
from portal.worker.loop import Worker


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
