"""The pages that emailed links lead to without signing in: a GET shows, a POST acts, and the link is good for nothing else."""

from portal.web.links import ending, preferences, unsubscribe
from portal.web.links.blueprint import bp

__all__ = ["bp", "ending", "preferences", "unsubscribe"]
