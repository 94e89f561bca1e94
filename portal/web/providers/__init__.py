"""OpenID providers set up by operators and customers, and accounts tied to oneself: rooms with a door on either side."""

from portal.web.providers import tying
from portal.web.providers.settings import Room

__all__ = ["Room", "tying"]
