"""The demo's mail: a server that keeps every message, and the mailbox that reads them."""

from portal.gateways.mail_catcher.mailbox import Caught, CaughtMessage, Mailbox
from portal.gateways.mail_catcher.server import MailCatcher

__all__ = ["Caught", "CaughtMessage", "MailCatcher", "Mailbox"]
