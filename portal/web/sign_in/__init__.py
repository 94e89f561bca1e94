"""Signing in and out: the rooms of those who are nobody yet."""

from portal.web.sign_in import asking, choosing, invites, leaving, links, openid, passkeys, passwords, second_step, start, visiting
from portal.web.sign_in.blueprint import bp

__all__ = ["asking", "bp", "choosing", "invites", "leaving", "links", "openid", "passkeys", "passwords", "second_step", "start", "visiting"]
