"""Where mail providers report what became of messages: public, and believed only with a signature."""

from portal.web.hooks import own, postmark, ses
from portal.web.hooks.blueprint import bp

__all__ = ["bp", "own", "postmark", "ses"]
