"""Letters: every message the product sends, in its words, looked at, tried, changed and put back."""

from portal.web.console.settings.letters import comparing, editing, gallery, looking, trying
from portal.web.console.settings.letters.blueprint import bp

__all__ = ["bp", "comparing", "editing", "gallery", "looking", "trying"]
