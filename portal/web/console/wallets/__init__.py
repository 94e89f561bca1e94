"""A customer's wallets: opening them, moving credit, freezing and closing them, and how each balance came about."""

from portal.web.console.wallets import adjusting, entry, keeping, reversing, revoking, transferring  # noqa: F401  (their views)
from portal.web.console.wallets.blueprint import bp

__all__ = ["bp"]
