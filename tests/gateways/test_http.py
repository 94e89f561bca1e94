import http.server
import socket
import threading
import time

import pytest

from portal.gateways import http as careful
from portal.gateways.http import Unreachable, fetch


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/", "ftp://example.com/", "https://127.0.0.1/", "https://[::1]/", "https://localhost/", "https://intranet/",
        "https://user:secret@example.com/", "https://example.com:22/", "https://example.com:6379/", "https://exa mple.com/", "//a.example",
        "https://example.com\\@evil.example/", "https://169.254.169.254/latest/meta-data", "https://10.0.0.1/", "https://2130706433/",
        "https://0x7f.0.0.1/", "file:///etc/passwd", "https://[::ffff:127.0.0.1]/", "https://example.com:99999/", "",
    ],
)  # fmt: skip
def test_what_is_not_gone_to(url):
    with pytest.raises(Unreachable):
        fetch("GET", url, headers={})


class _Server(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        view = getattr(self, f"_{self.path.strip('/')}")
        view()

    def _small(self):
        self._say(200, b'{"a": 1}')

    def _large(self):
        self._say(200, b"x" * (careful.MOST + 1))

    def _elsewhere(self):
        self.send_response(302)
        self.send_header("Location", "/small")
        self.end_headers()

    def _drip(self):
        try:
            for byte in b"HTTP/1.1 200 OK\r\n" + b"X-Slow: " + b"a" * 1000:
                self.wfile.write(bytes([byte]))
                time.sleep(0.05)
        except OSError:
            pass

    def _say(self, status, body):
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def here():
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Server) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_this_computer_is_asked_where_that_is_allowed_only(here):
    assert fetch("GET", f"{here}/small", headers={}, lenient=True).json() == {"a": 1}
    with pytest.raises(Unreachable, match="https://"):
        fetch("GET", f"{here}/small", headers={})


def test_a_redirect_is_not_followed(here):
    assert fetch("GET", f"{here}/elsewhere", headers={}, lenient=True).status_code == 302


def test_too_much_is_not_read(here):
    with pytest.raises(Unreachable, match="more than is read"):
        fetch("GET", f"{here}/large", headers={}, lenient=True)


def test_who_drips_is_not_waited_for(here, monkeypatch):
    monkeypatch.setattr(careful, "SECONDS", 0.5)
    with pytest.raises(Unreachable, match="did not answer"):
        fetch("GET", f"{here}/drip", headers={}, lenient=True)


def test_nobody_listens():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(Unreachable, match="connection failed"):
        fetch("GET", f"http://127.0.0.1:{port}/", headers={}, lenient=True)


def test_a_name_that_leads_to_a_private_address_is_not_gone_to(monkeypatch):
    def resolved(host, port, **_):
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("10.1.2.3", port))]

    monkeypatch.setattr(careful.socket, "getaddrinfo", resolved)
    with pytest.raises(Unreachable, match="private network"):
        fetch("GET", "https://login.example.com/", headers={})
    with pytest.raises(Unreachable, match="private network"):
        fetch("GET", "http://localhost/", headers={}, lenient=True)
