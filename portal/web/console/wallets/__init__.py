"""A customer's wallets: opening, adjusting, freezing and closing them, and how each balance came about."""

from portal.web.console.wallets import adjusting, keeping  # noqa: F401  (their views)
from portal.web.console.wallets.blueprint import bp

__all__ = ["bp"]
