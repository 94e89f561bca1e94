"""portal business: who bills, and who mail comes from."""

from pathlib import Path

import click

from portal.cli.context import open_database
from portal.domain import actors, brands, installation
from portal.domain.installation import Description
from portal.values import colours, countries, emails, locales, money
from portal.values.errors import BadValue
from portal.values.images import MAX_BYTES, Picture, read_picture


def _read(parse):
    """Make a click callback of a parser of values."""

    def callback(context: click.Context, parameter: click.Parameter, text: str | None) -> str | None:
        try:
            return parse(text) if text else text
        except BadValue as bad:
            raise click.BadParameter(str(bad)) from None

    return callback


def _picture(context: click.Context, parameter: click.Parameter, path: Path | None) -> Picture | None:
    """Read a picture from a file, as far as it may be long."""
    if path is None:
        return None
    with path.open("rb") as file:
        body = file.read(MAX_BYTES + 1)
    try:
        return read_picture(body)
    except BadValue as bad:
        raise click.BadParameter(str(bad)) from None


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
@click.option("--colour", callback=_read(colours.parse_colour), help="As in #1b5441, for the buttons of its mail.")
@click.option(
    "--logo",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    callback=_picture,
    help="A PNG, JPEG, GIF or WebP of at most 300 kB, for the head of the portal and of its mail.",
)
@click.option("--no-logo", is_flag=True, help="Let its name stand there instead.")
@click.option("--sender", callback=_read(emails.parse_email), help="The address that mail comes from.")
@click.option("--reply-to", callback=_read(emails.parse_email), help="The address that answers go to.")
def set_business(logo: Picture | None, no_logo: bool, **facts: str | None) -> None:
    """Describe the business entity that bills; what is not given stays as it is."""
    if logo and no_logo:
        raise click.UsageError("Give --logo or --no-logo, not both.")
    given = Description(**{name: text for name, text in facts.items() if text is not None})
    with open_database() as database, database.writing() as session:
        by = actors.system("cli", "portal business set")
        entity, sender = installation.describe(session, given, by=by)
        if logo:
            brands.set_logo(session, entity, logo, by=by)
        elif no_logo:
            brands.remove_logo(session, entity, by=by)
        click.echo(f"{entity.name} ({entity.legal_name}) bills in {entity.currency}, {entity.time_zone}.")
        if entity.logo:
            click.echo(f"Its logo is a {brands.logo_words(entity)}.")
        click.echo(
            f"Mail comes from {sender.name} <{sender.address}>" + (f", answers go to {sender.reply_to}." if sender.reply_to else ".")
        )
