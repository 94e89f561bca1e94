"""Fresh proof: sensitive acts ask in place who it is, and then carry on with the form that was being sent."""

from portal.web.proof.asking import question
from portal.web.proof.deciding import fresh, is_fresh
from portal.web.proof.showing import attempt, renew

__all__ = ["attempt", "fresh", "is_fresh", "question", "renew"]
