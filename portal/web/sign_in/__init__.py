"""Signing in and out: the rooms of those who are nobody yet."""

from portal.web.sign_in import asking, choosing, invites, leaving, links, passwords, start
from portal.web.sign_in.blueprint import bp

__all__ = ["asking", "bp", "choosing", "invites", "leaving", "links", "passwords", "start"]
