"""Email addresses: read, compared, masked."""

import re
import unicodedata
from functools import lru_cache
from typing import NoReturn

from portal.values.errors import BadValue
from portal.values.text import quoted

MAX_LENGTH = 254
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"(?![Xx][Nn]--)[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_PLAIN = re.compile(rf"(?=.{{1,64}}@){_ATOM}(?:\.{_ATOM})*@(?:{_LABEL}\.)+[A-Za-z][A-Za-z0-9-]{{0,61}}[A-Za-z]\Z").match
_DISPLAY_NAME = re.compile(r"[^<>]*<([^<>]+)>\s*\Z").match


def parse_email(text: str) -> str:
    """Read one bare address (RFC 5321, RFC 6531) of at most 254 characters; the domain comes back in lower case.

    Only its form is checked. BadValue says what is missing or in the way.
    """
    address = text.strip()
    if len(address) <= MAX_LENGTH and _PLAIN(address) and ".xn--" not in address:
        local, _, domain = address.rpartition("@")
        return f"{local}@{domain.lower()}"
    return _read_rare(address)


def email_key(address: str) -> str:
    """Return the form in which two addresses are compared: no upper case, one spelling of each accented letter."""
    if address.isascii():
        return address.strip().lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", address.strip()).lower())


def mask_email(address: str) -> str:
    """Hide all of an address but the ends of its first part: "b•••••z@example.com"; always the same number of dots."""
    local, _, domain = address.rpartition("@")
    last = local[-1] if len(local) > 2 else ""
    return f"{local[:1]}•••••{last}@{domain}"


@lru_cache(maxsize=4096)
def _read_rare(address: str) -> str:
    """Read what is not plain ASCII, or say what is wrong with it."""
    from email_validator import EmailNotValidError, validate_email  # hardly an address is rare

    _refuse_plainly_wrong(address)
    try:
        found = validate_email(address, check_deliverability=False, allow_domain_literal=False, test_environment=True)
    except EmailNotValidError as error:
        _refuse(address, str(error))
    except (ValueError, UnicodeError):
        _refuse(address, "")
    if len(found.normalized) > MAX_LENGTH:
        raise BadValue(f"An email address has at most {MAX_LENGTH} characters.")
    return found.normalized


def _refuse_plainly_wrong(address: str) -> None:
    if not address:
        raise BadValue("The email address is missing.")
    if "\r" in address or "\n" in address:
        raise BadValue("An email address stands on one line.")
    if len(address) > MAX_LENGTH:
        raise BadValue(f"An email address has at most {MAX_LENGTH} characters.")
    named = _DISPLAY_NAME(address)
    if named:
        raise BadValue(f"Leave out the name and the angle brackets: {named[1]}.", named[1])
    if "," in address or ";" in address:
        raise BadValue(f"{quoted(address)} is more than one address, or has a comma in it. Write one.")
    local, at, domain = address.rpartition("@")
    if not at:
        raise BadValue(f"{quoted(address)} has no @, as in name@example.com.")
    if not domain:
        raise BadValue("The part after @ is missing.")
    if not local:
        raise BadValue("The part before @ is missing.")
    if "@" in local:
        raise BadValue(f"{quoted(address)} has more than one @.")
    if any(c.isspace() for c in address):
        raise BadValue(f"There is a space in {quoted(address)}.", "".join(address.split()))
    if "." not in domain and "。" not in domain:
        raise BadValue(f"The part after @ ends with a dot and a country or kind, as in {domain[:60]}.com.")
    if ".." in address:
        raise BadValue(f"There are two dots in a row in {quoted(address)}.", re.sub(r"\.{2,}", ".", address))
    if local[0] == "." or local[-1] == ".":
        raise BadValue("The part before @ begins and ends with something other than a dot.")
    if domain[0] == "." or domain[-1] == ".":
        raise BadValue("The part after @ begins and ends with something other than a dot.", f"{local}@{domain.strip('.')}")
    if len(local.encode("utf-8", "replace")) > 64:
        raise BadValue("The part before @ has at most 64 characters.")


def _refuse(address: str, detail: str) -> NoReturn:
    local, _, domain = address.rpartition("@")
    where = "after" if "after the @" in detail or "domain" in detail else "before"
    part = domain if where == "after" else local
    raise BadValue(f"The part {where} @, {quoted(part)}, is not one that mail can be sent to. It is written as in name@example.com.")
