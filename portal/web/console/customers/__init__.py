"""The customers: a list that finds, and each customer's own page and form."""

from portal.web.console.customers import editing, index, showing  # noqa: F401  (their views join the blueprint)
from portal.web.console.customers.blueprint import bp

__all__ = ["bp"]
