"""OpenID providers: set up by operators and customers, and whose word about a person is taken."""

from portal.domain.providers.changing import add, change, remove, switch
from portal.domain.providers.finding import counts, find, for_email, of, offered, open_one, secret_of
from portal.domain.providers.identities import METHOD, Admitted, admit
from portal.domain.providers.once import spend
from portal.domain.providers.refusals import AnsweredAlready, NotAdmitted, ProviderWrong
from portal.domain.providers.tying import tie, tieable, tied, untie

__all__ = [
    "METHOD",
    "Admitted",
    "AnsweredAlready",
    "NotAdmitted",
    "ProviderWrong",
    "add",
    "admit",
    "change",
    "counts",
    "find",
    "for_email",
    "of",
    "offered",
    "open_one",
    "remove",
    "secret_of",
    "spend",
    "switch",
    "tie",
    "tieable",
    "tied",
    "untie",
]
