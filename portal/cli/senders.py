"""portal senders: the records to publish for the addresses that mail goes out from, and whether they are."""

import click

from portal.cli.context import open_database, read_settings
from portal.domain import actors, senders
from portal.gateways.dns import Resolver

BY = actors.system("cli", "portal senders check")


@click.group("senders")
def senders_group() -> None:
    """Show and check the records that let receivers trust our mail."""


@senders_group.command("records")
def show_records() -> None:
    """Write the records to publish as lines of a zone file."""
    settings = read_settings()
    with open_database(settings) as database, database.reading() as session:
        for _, found in senders.all(session, BY):
            for sender in found:
                click.echo(f"; {sender.name} <{sender.address}>")
                for record in senders.records(sender, relay=settings.smtp_host, returns=settings.bounce_address):
                    click.echo(record.zone_line if record.value else f"; {record.name} {record.kind}: {record.why}")


@senders_group.command("check")
def check_senders() -> None:
    """Ask name servers for the records of every sender, and keep what they say.

    Exit status 1 when the record of a key is not published.
    """
    settings = read_settings()
    resolver = Resolver(settings.dns_resolver)
    if resolver.off:
        raise click.ClickException("Asking name servers is switched off: PORTAL_DNS_RESOLVER is none.")
    with open_database(settings) as database:
        with database.reading() as session:
            asked = {
                one.id: senders.questions(one, returns=settings.bounce_address) for _, found in senders.all(session, BY) for one in found
            }
        well = True
        for sender_id, wanted in asked.items():
            answers = resolver.ask_all(wanted)
            with database.writing() as session:
                where = {"relay": settings.smtp_host, "returns": settings.bounce_address}
                sender = senders.settle(session, sender_id, answers, **where, by=BY)
                if sender is not None:
                    well = _say(sender) and well
    if not well:
        raise SystemExit(1)


def _say(sender) -> bool:
    """Say what was found; tell whether mail of the sender may be signed, or was never to be."""
    well = sender.dns_published or not sender.dkim_selector
    click.echo(f"{'✓' if well else '✗'} {sender.address}")
    for finding in sender.dns_report:
        click.echo(f"  {finding['state']:<11} {finding['name']}: {finding['words']}")
    return well
