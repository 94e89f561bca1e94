"""Asking servers whose addresses others chose: public ones only, what was looked up only, no redirects, bounded in time and size."""

import http.client
import json
import socket
import ssl
import threading
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from portal.values.networks import is_loopback, is_public
from portal.values.openid import url_fault

SECONDS = 8.0
CONNECTING = 4.0
MOST = 512 * 1024


class Unreachable(Exception):
    """A server did not answer, or is not to be asked; the text says why."""


@dataclass(frozen=True)
class Answer:
    """What a server answered; `status_code`, `json` and `raise_for_status` are as HTTP libraries name them."""

    status_code: int
    body: bytes
    content_type: str

    def json(self) -> object:
        """Read the body as JSON. :raises ValueError: when it is none, or is nested too deep."""
        try:
            return json.loads(self.body)
        except RecursionError as fault:
            raise ValueError("nested too deep") from fault

    def raise_for_status(self) -> None:
        if self.status_code >= 400:
            raise Unreachable(f"It answered with the status {self.status_code}.")


def fetch(method: str, url: str, *, headers: dict[str, str], body: str = "", lenient: bool = False) -> Answer:
    """Ask a server once, within eight seconds, for at most half a megabyte; a redirect is an answer like any other.

    The host is looked up here and the connection goes to what was found, so that a name cannot lead elsewhere in between.
    `lenient` lets this very computer be asked.

    :raises Unreachable: when it does not answer, is not public, or says too much.
    """
    if fault := url_fault(url, lenient=lenient):
        raise Unreachable(f"{url[:200]} {fault}.")
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        connection = _Pinned(parts.hostname, port, tls=parts.scheme == "https", lenient=lenient)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        return _asked(connection, method, path, headers, body)
    except (OSError, http.client.HTTPException, ValueError) as fault:
        raise Unreachable(f"{parts.hostname} did not answer as a web server does: {_words(fault)}.") from fault


class _Pinned(http.client.HTTPConnection):
    """A connection to the addresses that were found fit, whatever the name says later."""

    def __init__(self, host: str, port: int, *, tls: bool, lenient: bool):
        super().__init__(host, port, timeout=CONNECTING)
        self._tls = tls
        self._lenient = lenient
        self._plain_port = port == (443 if tls else 80)

    def connect(self) -> None:
        found = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM)
        fit = self._lenient and is_loopback(self.host)
        if not found or not all(ip_address(one[4][0].partition("%")[0]).is_loopback if fit else is_public(one[4][0]) for one in found):
            raise Unreachable(f"{self.host} is on this computer or a private network, which Portal does not ask.")
        plain = self._connected(found)
        self.sock = ssl.create_default_context().wrap_socket(plain, server_hostname=self.host) if self._tls else plain

    def _connected(self, found: list) -> socket.socket:
        for number, (family, kind, protocol, _, address) in enumerate(found[:3], start=1):
            opened = socket.socket(family, kind, protocol)
            opened.settimeout(CONNECTING / 2)
            try:
                opened.connect(address)
            except OSError:
                opened.close()
                if number == len(found[:3]):
                    raise
            else:
                opened.settimeout(CONNECTING)
                return opened
        raise OSError("no address")


def _asked(connection: _Pinned, method: str, path: str, headers: dict[str, str], body: str) -> Answer:
    """Send and read; a clock beside it shuts the line when the time is over, however slowly the other side drips."""
    late = threading.Event()

    def shut() -> None:
        late.set()
        if connection.sock is not None:
            connection.sock.shutdown(socket.SHUT_RDWR)

    clock = threading.Timer(SECONDS, shut)
    clock.daemon = True
    clock.start()
    try:
        connection.request(method, path, body=body.encode() or None, headers={"User-Agent": "Portal", **headers})
        response = connection.getresponse()
        read = response.read(MOST + 1)
        if len(read) > MOST:
            raise Unreachable(f"{connection.host} answered with more than is read here.")
        if late.is_set():
            raise TimeoutError
        return Answer(response.status, read, response.headers.get_content_type())
    finally:
        clock.cancel()
        connection.close()


def _words(fault: Exception) -> str:
    if isinstance(fault, TimeoutError):
        return "it took too long"
    if isinstance(fault, ssl.SSLError):
        return "its certificate does not hold"
    if isinstance(fault, socket.gaierror):
        return "there is no such name"
    return "the connection failed"
