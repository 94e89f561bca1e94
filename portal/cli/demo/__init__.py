"""portal demo: a company to look around in, with everything it needs, in one command."""

from portal.cli.demo.command import demo

__all__ = ["demo"]
