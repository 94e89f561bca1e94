"""The `portal` command: everything an administrator does."""

import click

from portal import __version__
from portal.cli.bounces import bounces
from portal.cli.business import business
from portal.cli.database import migrate
from portal.cli.demo import demo
from portal.cli.doctor import doctor
from portal.cli.import_ import import_group
from portal.cli.operators import operators
from portal.cli.sample import sample_group
from portal.cli.senders import senders_group
from portal.cli.serve import serve, worker


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="Portal")
def main() -> None:
    """Portal: a self-hosted customer portal and the operator console behind it.

    \b
    To look around        portal demo
    To run it for real    portal migrate, then portal serve and portal worker
    Who bills and writes  portal business set --name Northwind --sender billing@northwind.example
    The first operator    portal operators add you@example.com --role owner

    Settings are read from PORTAL_* variables of the environment; `portal doctor` says which are missing.
    """


for command in (demo, serve, worker, migrate, business, operators, import_group, sample_group, senders_group, bounces, doctor):
    main.add_command(command)
