"""The `portal` command: everything an administrator does."""

from importlib import import_module

import click

from portal import __version__

COMMANDS = {
    "demo": "demo:demo",
    "serve": "serve:serve",
    "worker": "serve:worker",
    "migrate": "database:migrate",
    "business": "business:business",
    "operators": "operators:operators",
    "import": "import_:import_group",
    "sample": "sample:sample_group",
    "senders": "senders:senders_group",
    "bounces": "bounces:bounces",
    "doctor": "doctor:doctor",
}
"""Each command's module here, and its name there."""


class Commands(click.Group):
    """Commands that are imported when they are asked for: no one needs all that Portal is made of."""

    def list_commands(self, context: click.Context) -> list[str]:
        """List the names, as `--help` shows them."""
        return sorted(COMMANDS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        """Import a command; None where there is none of that name."""
        if name not in COMMANDS:
            return None
        module, _, variable = COMMANDS[name].partition(":")
        return getattr(import_module(f"portal.cli.{module}"), variable)


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
