"""Network addresses: which of them lead to the public Internet, and which to this very computer."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

_NAT64 = ip_network("64:ff9b::/96")


def is_public(address: str) -> bool:
    """Tell whether an IP address is one of the public Internet, also where another is wrapped in it (RFC 4291, 3056, 6052).

    :raises ValueError: when it is none.
    """
    found = ip_address(address.partition("%")[0])
    if isinstance(found, IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour
        if inner is None and found in _NAT64:
            inner = IPv4Address(int(found) & 0xFFFFFFFF)
        if inner is not None:
            found = inner
    return found.is_global and not found.is_multicast and not found.is_reserved


def is_loopback(host: str) -> bool:
    """Tell whether a host is this very computer, by its name or number."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def is_private_name(host: str) -> bool:
    """Tell whether a host names no public place by itself: a private number, or a name without a dot."""
    try:
        return not is_public(host)
    except ValueError:
        return "." not in host or is_loopback(host)
