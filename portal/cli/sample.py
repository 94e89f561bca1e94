"""portal sample: files to begin with."""

import click

from portal.domain import columns


@click.group(name="sample")
def sample_group() -> None:
    """Print sample files."""


@sample_group.command(name="customers")
def sample_customers() -> None:
    """Print a CSV file with all columns and one example row.

    Replace the example row, John Doe, by your own: an import recognises and refuses it.

    \b
      portal sample customers > customers.csv
    """
    click.echo(columns.sample(), nl=False)
