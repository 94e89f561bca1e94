"""The `portal` command: everything an administrator does."""

from importlib import import_module

import click

from portal import __version__

COMMANDS = {
    "demo": ("demo:demo", "Start a demo company to look around in."),
    "serve": ("serve:serve", "Answer the web: console, portal, links."),
    "worker": ("worker:worker", "Send mail and run imports."),
    "migrate": ("database:migrate", "Create or update the database's tables."),
    "business": ("business:business", "Say who bills and who mail comes from."),
    "operators": ("operators:operators", "Add operators."),
    "import": ("import_:import_group", "Import customers and contacts."),
    "sample": ("sample:sample_group", "Print sample files."),
    "senders": ("senders:senders_group", "Show and check the records that let receivers trust our mail."),
    "bounces": ("bounces:bounces", "Take in returned mail."),
    "doctor": ("doctor:doctor", "Check settings, database, ledger and the record of acts."),
}
"""Each command's module here with its name there, and what it does, in its own words."""


class Commands(click.Group):
    """Commands that are imported when they are asked for: no one needs all that Portal is made of."""

    def list_commands(self, context: click.Context) -> list[str]:
        """List the names, as `--help` shows them."""
        return sorted(COMMANDS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        """Import a command; None where there is none of that name."""
        if name not in COMMANDS:
            return None
        module, _, variable = COMMANDS[name][0].partition(":")
        return getattr(import_module(f"portal.cli.{module}"), variable)

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands for `--help`, for which none is imported."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name][1]) for name in self.list_commands(context)])


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
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
