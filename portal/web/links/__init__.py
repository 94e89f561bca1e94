"""The pages that emailed links lead to without signing in: a GET shows, a POST acts, and the link is good for nothing else."""

from portal.web.links import address, email_change, ending, message, not_me, preferences, settings, statement, unsubscribe
from portal.web.links.blueprint import bp

__all__ = ["address", "bp", "email_change", "ending", "message", "not_me", "preferences", "settings", "statement", "unsubscribe"]
