"""Asking name servers, within a time limit."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import dns.exception
import dns.name
import dns.rcode
import dns.resolver

from portal.values.dns import Answer, Question

OFF = "none"
MOST = 20
LONGEST = 4_096


class Resolver:
    """One resolver: `host` or `host:port` of a name server, "" for those that this machine uses, "none" to ask nobody.

    `timeout` is in seconds, for a question with all its repetitions. May be used by several threads at a time.
    """

    def __init__(self, address: str = "", timeout: float = 5.0):
        """Take the address apart; ValueError when the port is none. Asks only when it has to."""
        parts = urlsplit(f"//{address}")
        self._host, self._port = parts.hostname or "", parts.port or 53
        self._timeout = timeout
        self.off = address == OFF

    def ask(self, question: Question) -> Answer:
        """Ask one question; never raises for what a server or the network does."""
        if self.off:
            return Answer(silence="Asking name servers is switched off here.")
        try:
            found = self._resolver().resolve(
                dns.name.from_text(question.name + "."), question.kind, lifetime=self._timeout, raise_on_no_answer=False
            )
        except (dns.resolver.NXDOMAIN, dns.name.LabelTooLong, dns.name.NameTooLong, dns.name.EmptyLabel):
            return Answer()
        except (dns.exception.DNSException, OSError) as fault:
            return Answer(silence=self._words(fault))
        return Answer(tuple(_written(record) for record in list(found.rrset or ())[:MOST]))

    def ask_all(self, questions: Iterable[Question]) -> dict[Question, Answer]:
        """Ask several questions at once; all answers are there within the time limit of one."""
        wanted = list(dict.fromkeys(questions))
        if not wanted:
            return {}
        with ThreadPoolExecutor(max_workers=len(wanted)) as threads:
            return dict(zip(wanted, threads.map(self.ask, wanted), strict=True))

    def _resolver(self) -> dns.resolver.Resolver:
        made = dns.resolver.Resolver(configure=not self._host)
        if self._host:
            made.nameservers, made.port = [self._host], self._port
        # A lost packet is sent again before the time is up.
        made.timeout = self._timeout / 3
        return made

    def _words(self, fault: Exception) -> str:
        if isinstance(fault, dns.resolver.NoResolverConfiguration):
            return "This machine names no resolver; PORTAL_DNS_RESOLVER names one."
        if isinstance(fault, dns.exception.Timeout):
            return f"The resolver did not answer within {self._timeout:g} seconds."
        if isinstance(fault, dns.resolver.NoNameservers):
            said = [str(error[3]) for error in fault.kwargs.get("errors", ()) if isinstance(error[3], str)]
            return f"The resolver could not find out: it answered {said[-1]}." if said else "The resolver’s answer could not be read."
        return "The resolver could not be reached." if isinstance(fault, OSError) else "The resolver’s answer could not be read."


def _written(record) -> str:
    if hasattr(record, "strings"):
        return b"".join(record.strings).decode("utf-8", "replace")[:LONGEST]
    return record.to_text()[:LONGEST]
