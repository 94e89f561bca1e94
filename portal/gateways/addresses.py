"""Mail addresses as they go over the wire."""

import idna


def wire_address(address: str) -> str:
    """Return an address with its domain in ASCII (IDNA 2008) where the part before the @ is ASCII as well; else as it is.

    Only an address that keeps letters outside ASCII needs a server with SMTPUTF8 (RFC 6531). Raises ValueError for white
    space, control characters, angle brackets, or no @.
    """
    local, at, domain = address.rpartition("@")
    if not (local and at and domain) or any(not char.isprintable() or char.isspace() or char in "<>" for char in address):
        raise ValueError("A mail address has one @ with words on both sides, and neither white space nor angle brackets.")
    if not local.isascii() or domain.isascii():
        return address
    try:
        return f"{local}@{idna.encode(domain, uts46=True).decode('ascii')}"
    except idna.IDNAError as fault:
        raise ValueError(f"The domain of a mail address cannot be written in ASCII: {fault}") from fault
