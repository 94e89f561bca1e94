"""portal bounces: takes returned mail in, from a pipe of the mail server or from a mailbox on disk."""

import contextlib
import mailbox
import sys
from collections.abc import Iterator
from pathlib import Path

import click
from sqlalchemy.exc import SQLAlchemyError

from portal.cli.context import open_database
from portal.gateways.reports import LARGEST
from portal.worker.bounce_job import take_in

TRY_AGAIN = 75
"""EX_TEMPFAIL (sysexits): the mail server keeps the message and tries again."""


@click.command(short_help="Take in returned mail.")
@click.argument("source", type=click.Path(exists=True, allow_dash=True, path_type=Path))
def bounces(source: Path) -> None:
    """Take in returned mail and complaints (RFC 3464, RFC 5965) from SOURCE.

    \b
    SOURCE is a message, an mbox, a Maildir, or - for one message on the standard input, as in Postfix's master.cf:
      bounces  unix - n n - - pipe flags=q user=portal argv=portal bounces -

    Mail that is no report is passed over. Exit status 75 when the database does not answer, so that the mail server tries again.
    """
    seen = told = matched = 0
    try:
        with open_database() as database:
            for content in _messages(source):
                reports, ours = take_in(database, content)
                seen, told, matched = seen + 1, told + reports, matched + ours
    except SQLAlchemyError as fault:
        click.echo(f"The database does not answer: {type(fault).__name__}", err=True)
        sys.exit(TRY_AGAIN)
    click.echo(
        f"{seen} message{'' if seen == 1 else 's'} read, {told} report{'' if told == 1 else 's'} found, {matched} about mail of ours."
    )


def _messages(source: Path) -> Iterator[bytes]:
    if str(source) == "-":
        yield sys.stdin.buffer.read(LARGEST)
        return
    if source.is_dir():
        box: mailbox.Mailbox = mailbox.Maildir(source, create=False)
    else:
        with source.open("rb") as file:
            content = file.read(LARGEST)
        if not content.startswith(b"From "):
            yield content
            return
        box = mailbox.mbox(source, create=False)
    with contextlib.closing(box):
        for key in box.iterkeys():
            yield box.get_bytes(key)
