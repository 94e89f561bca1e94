"""portal operators: who works in the console."""

import click

from portal.cli.context import open_database, read_settings
from portal.domain import actors, users
from portal.domain.errors import Refusal
from portal.model.user import OPERATOR_ROLES
from portal.values.emails import parse_email
from portal.values.errors import BadValue


@click.group()
def operators() -> None:
    """Add operators."""


@operators.command()
@click.argument("email")
@click.option("--role", type=click.Choice(OPERATOR_ROLES), default="viewer", show_default=True, help="What they may do.")
def add(email: str, role: str) -> None:
    """Add the operator EMAIL and print a one-time link that signs them in.

    The link works once, for three days; nothing is mailed.
    """
    settings = read_settings()
    try:
        address = parse_email(email)
        with open_database(settings) as database, database.writing() as session:
            _, token = users.invite_operator(session, address, role, by=actors.system("cli", "portal operators add"))
    except (BadValue, Refusal) as refusal:
        raise click.ClickException(str(refusal)) from None
    click.echo(f"{address} is an operator in the role {role}. This link signs them in, once, within three days:")
    click.echo(f"{settings.public_url}/sign-in/invite/{token}")
