"""One question to name servers (dnspython), and its answer in our words."""

import dns.exception
import dns.name
import dns.resolver

from portal.values.dns import Answer, Question

MOST = 20
LONGEST = 4_096


def ask(question: Question, *, host: str, port: int, timeout: float) -> Answer:
    """Ask a name server, or with an empty `host` those that this machine uses; `timeout` is in seconds.

    Never raises for what a server or the network does.
    """
    try:
        found = _resolver(host, port, timeout).resolve(
            dns.name.from_text(question.name + "."), question.kind, lifetime=timeout, raise_on_no_answer=False
        )
    except (dns.resolver.NXDOMAIN, dns.name.LabelTooLong, dns.name.NameTooLong, dns.name.EmptyLabel):
        return Answer()
    except (dns.exception.DNSException, OSError) as fault:
        return Answer(silence=_words(fault, timeout))
    return Answer(tuple(_written(record) for record in list(found.rrset or ())[:MOST]))


def _resolver(host: str, port: int, timeout: float) -> dns.resolver.Resolver:
    made = dns.resolver.Resolver(configure=not host)
    if host:
        made.nameservers, made.port = [host], port
    # A lost packet is sent again before the time is up.
    made.timeout = timeout / 3
    return made


def _words(fault: Exception, timeout: float) -> str:
    if isinstance(fault, dns.resolver.NoResolverConfiguration):
        return "This machine names no resolver; PORTAL_DNS_RESOLVER names one."
    if isinstance(fault, dns.exception.Timeout):
        return f"The resolver did not answer within {timeout:g} seconds."
    if isinstance(fault, dns.resolver.NoNameservers):
        said = [str(error[3]) for error in fault.kwargs.get("errors", ()) if isinstance(error[3], str)]
        return f"The resolver could not find out: it answered {said[-1]}." if said else "The resolver’s answer could not be read."
    return "The resolver could not be reached." if isinstance(fault, OSError) else "The resolver’s answer could not be read."


def _written(record) -> str:
    if hasattr(record, "strings"):
        return b"".join(record.strings).decode("utf-8", "replace")[:LONGEST]
    return record.to_text()[:LONGEST]
