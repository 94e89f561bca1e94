"""Asking name servers, within a time limit."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

from portal.values.dns import Answer, Question

OFF = "none"


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
        from portal.gateways.dns import asking  # dnspython takes 2 MB of a process, and of all pages one asks

        return asking.ask(question, host=self._host, port=self._port, timeout=self._timeout)

    def ask_all(self, questions: Iterable[Question]) -> dict[Question, Answer]:
        """Ask several questions at once; all answers are there within the time limit of one."""
        wanted = list(dict.fromkeys(questions))
        if not wanted:
            return {}
        with ThreadPoolExecutor(max_workers=len(wanted)) as threads:
            return dict(zip(wanted, threads.map(self.ask, wanted), strict=True))
