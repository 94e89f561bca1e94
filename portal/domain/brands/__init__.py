"""The brand of each business entity: what it is called, its colour and its logo, in the portal and in its mail."""

from portal.domain.brands.changing import FIELDS, change, facts_of
from portal.domain.brands.colours import Guard, guard
from portal.domain.brands.finding import find, logo_at
from portal.domain.brands.logos import logo_words, remove_logo, set_logo
from portal.domain.brands.refusals import BrandChanged, BrandWrong, LogoChanged

__all__ = [
    "FIELDS",
    "BrandChanged",
    "BrandWrong",
    "Guard",
    "LogoChanged",
    "change",
    "facts_of",
    "find",
    "guard",
    "logo_at",
    "logo_words",
    "remove_logo",
    "set_logo",
]
