"""Broadcasts: written, looked at, counted, sent and stopped."""

from portal.web.console.broadcasts import composing, sending, showing
from portal.web.console.broadcasts.blueprint import bp

__all__ = ["bp", "composing", "sending", "showing"]
