"""A real name server on loopback, over UDP and TCP, that answers as a test tells it to."""

import contextlib
import socketserver
import struct
import threading

import dns.flags
import dns.message
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.rrset
import pytest


class NameServer:
    """Holds `records` {(name, kind): [texts]} and how it answers: `mode` is "", "silent", "servfail", "refused", "garbage", "truncated".

    A TXT text longer than 255 characters is parted into strings. `asked` is every question, with "udp" or "tcp".
    """

    def __init__(self):
        self.records: dict[tuple[str, str], list[str]] = {}
        self.mode = ""
        self.asked: list[tuple[str, str, str]] = []
        self.port = 0

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def answer(self, wire: bytes, way: str) -> bytes | None:
        query = dns.message.from_wire(wire)
        question = query.question[0]
        name, kind = question.name.to_text(omit_final_dot=True).lower(), dns.rdatatype.to_text(question.rdtype)
        self.asked.append((name, kind, way))
        if self.mode == "silent":
            return None
        if self.mode == "garbage":
            return wire[:2] + b"\xff" * 20
        response = dns.message.make_response(query)
        response.flags |= dns.flags.RA
        if self.mode in {"servfail", "refused"}:
            response.set_rcode(dns.rcode.from_text(self.mode.upper()))
        elif self.mode == "truncated" and way == "udp":
            response.flags |= dns.flags.TC
        elif texts := self.records.get((name, kind)):
            written = [_txt(text) if kind == "TXT" else text for text in texts]
            response.answer.append(dns.rrset.from_text_list(question.name, 60, dns.rdataclass.IN, question.rdtype, written))
        elif not any(known == name for known, _ in self.records):
            response.set_rcode(dns.rcode.NXDOMAIN)
        return response.to_wire()


def _txt(text: str) -> str:
    strings = [text[at : at + 255] for at in range(0, len(text), 255)] or [""]
    return " ".join('"' + one.replace("\\", "\\\\").replace('"', '\\"') + '"' for one in strings)


@pytest.fixture
def name_server():
    """Start a name server; what it holds is empty."""
    made = NameServer()

    class Udp(socketserver.BaseRequestHandler):
        def handle(self):
            wire, socket = self.request
            if (reply := made.answer(wire, "udp")) is not None:
                socket.sendto(reply, self.client_address)

    class Tcp(socketserver.StreamRequestHandler):
        def handle(self):
            head = self.rfile.read(2)
            if len(head) < 2:  # hung up without asking
                return
            (length,) = struct.unpack("!H", head)
            if (reply := made.answer(self.rfile.read(length), "tcp")) is not None:
                self.wfile.write(struct.pack("!H", len(reply)) + reply)

    with contextlib.ExitStack() as stack:
        tcp = stack.enter_context(socketserver.ThreadingTCPServer(("127.0.0.1", 0), Tcp))
        made.port = tcp.server_address[1]
        udp = stack.enter_context(socketserver.ThreadingUDPServer(("127.0.0.1", made.port), Udp))
        for server in (tcp, udp):
            thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
            thread.start()
            stack.callback(thread.join, 5)
            stack.callback(server.shutdown)
        yield made
