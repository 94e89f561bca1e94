"""portal business: who bills, and who mail comes from."""

import click

from portal.cli.context import open_database
from portal.domain import actors, installation
from portal.domain.installation import Description
from portal.values import countries, emails, locales, money
from portal.values.errors import BadValue


def _read(parse):
    """Make a click callback of a parser of values."""

    def callback(context: click.Context, parameter: click.Parameter, text: str | None) -> str | None:
        try:
            return parse(text) if text else text
        except BadValue as bad:
            raise click.BadParameter(str(bad)) from None

    return callback


@click.group()
def business() -> None:
    """Say who bills and who mail comes from."""


@business.command("set")
@click.option("--name", help="What customers call it: the head of the portal and of its mail.")
@click.option("--legal-name", help="As it stands in the register; the foot of its mail.")
@click.option("--address", "address_line", help="In one line, for the foot of its mail.")
@click.option("--country", callback=_read(countries.parse_country), help="A code or a name.")
@click.option("--time-zone", callback=_read(locales.parse_time_zone), help="As in Europe/Berlin.")
@click.option("--currency", callback=_read(money.parse_currency), help="As in EUR.")
@click.option("--sender", callback=_read(emails.parse_email), help="The address that mail comes from.")
@click.option("--reply-to", callback=_read(emails.parse_email), help="The address that answers go to.")
def set_business(**facts: str | None) -> None:
    """Describe the business entity that bills; what is not given stays as it is."""
    given = Description(**{name: text for name, text in facts.items() if text is not None})
    with open_database() as database, database.writing() as session:
        entity, sender = installation.describe(session, given, by=actors.system("cli", "portal business set"))
        click.echo(f"{entity.name} ({entity.legal_name}) bills in {entity.currency}, {entity.time_zone}.")
        click.echo(
            f"Mail comes from {sender.name} <{sender.address}>" + (f", answers go to {sender.reply_to}." if sender.reply_to else ".")
        )
