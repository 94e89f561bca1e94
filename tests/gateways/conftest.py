"""Mail servers of every temper, on loopback."""

import contextlib
import socket
import threading
from types import SimpleNamespace

import pytest
from aiosmtpd.smtp import AuthResult

from portal.gateways.compose import compose
from portal.values.clock import now


@pytest.fixture
def scripted_server():
    """Start a server that sends the given bytes, one per line it reads, then closes or, at None, falls silent."""
    with contextlib.ExitStack() as stack:

        def start(*replies):
            listener = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
            done = threading.Event()
            thread = threading.Thread(target=_recite, args=(listener, replies, done), daemon=True)
            thread.start()
            stack.callback(thread.join, 5)
            stack.callback(done.set)
            return listener.getsockname()[1]

        yield start


def _recite(listener, replies, done):
    connection, _ = listener.accept()
    with connection, connection.makefile("rb") as lines:
        for number, reply in enumerate(replies):
            if number:
                lines.readline()
            if reply is None:
                done.wait(10)
                return
            connection.sendall(reply)
        lines.readline()


@pytest.fixture
def accepts_everyone():
    return {"authenticator": lambda *_: AuthResult(success=True), "auth_require_tls": False}


@pytest.fixture
def accepts_nobody():
    return {"authenticator": lambda *_: AuthResult(success=False, handled=False), "auth_require_tls": False}


@pytest.fixture
def letter():
    """Compose a letter: letter(to_address=..., ...) with every argument of compose open to change."""
    rendered = SimpleNamespace(subject="25.00 EUR more", text="Hello Marta,\n.dotted\n", html="<p>Hello <b>Märta</b></p>")
    usual = {
        "sender_name": "Northwind",
        "sender_address": "billing@northwind.example",
        "reply_to": None,
        "to_name": "Marta Grünwald",
        "to_address": "marta@gruenwald.example",
        "rendered": rendered,
        "message_id": "<1@northwind.example>",
        "date": now(),
        "headers": {},
    }
    return lambda **changes: compose(**{**usual, **changes})
