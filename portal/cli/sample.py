"""portal sample: files to begin with."""

import os

import click

from portal.cli.context import open_database
from portal.domain import attributes, columns


@click.group(name="sample")
def sample_group() -> None:
    """Print sample files."""


@sample_group.command(name="customers")
def sample_customers() -> None:
    """Print a CSV file with all columns, those of custom attributes too, and one example row.

    The attributes are those of the database that PORTAL_DATABASE_URL names; without it there are none.

    Replace the example row, John Doe, by your own: an import recognises and refuses it.

    \b
      portal sample customers > customers.csv
    """
    click.echo(columns.sample(_attributes()), nl=False)


def _attributes() -> dict[str, str]:
    if not os.environ.get("PORTAL_DATABASE_URL"):
        return {}
    with open_database() as database, database.reading() as session:
        return attributes.samples(session)
