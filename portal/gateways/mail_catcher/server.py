"""A mail server for the demo: it takes every message and keeps it in a directory; nothing leaves the machine."""

import asyncio
import os
import secrets
import threading
import time
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

_LARGEST = 10 * 1024 * 1024


class MailCatcher:
    """An SMTP server in a thread of its own; each message becomes one `<id>.eml`, whose id sorts by time."""

    def __init__(self, directory: Path | str, host: str = "127.0.0.1", port: int = 0):
        """Name the directory (made at start) and the address to listen at; port 0 lets the system choose."""
        self.directory = Path(directory)
        self.host = host
        self.port = port
        self._last = 0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._server: asyncio.Server | None = None

    def start(self) -> None:
        """Begin to listen; `port` then says where. Raises OSError when the address is taken."""
        self.directory.mkdir(parents=True, exist_ok=True)
        loop = asyncio.new_event_loop()
        thread = threading.Thread(target=loop.run_forever, name="mail-catcher", daemon=True)
        thread.start()
        try:
            self._server = asyncio.run_coroutine_threadsafe(self._listen(loop), loop).result(timeout=10)
        except OSError:
            loop.call_soon_threadsafe(loop.stop)
            thread.join(timeout=5)
            loop.close()
            raise
        self.port = self._server.sockets[0].getsockname()[1]
        self._loop, self._thread = loop, thread

    def stop(self) -> None:
        """Stop listening and end the thread; may be called twice."""
        if self._loop is None:
            return
        asyncio.run_coroutine_threadsafe(self._leave(), self._loop).result(timeout=5)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=5)
        self._loop.close()
        self._loop = self._thread = self._server = None

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Keep one message; 452 when the disk refuses it, so that the sender tries again."""
        try:
            self._keep(envelope)
        except OSError as fault:
            return f"452 4.3.1 The message could not be kept: {fault.strerror}"
        return "250 2.0.0 Kept in the demo mailbox"

    async def _listen(self, loop: asyncio.AbstractEventLoop) -> asyncio.Server:
        return await loop.create_server(lambda: SMTP(self, **_settings(loop)), self.host, self.port)

    async def _leave(self) -> None:
        self._server.close()
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    def _keep(self, envelope: Envelope) -> None:
        self._last = max(self._last + 1, time.time_ns())
        name = f"{self._last:019d}-{secrets.token_hex(4)}"
        trace = f"Return-Path: <{envelope.mail_from or ''}>\r\n" + "".join(f"Delivered-To: {to}\r\n" for to in envelope.rcpt_tos)
        unfinished = self.directory / f".{name}.part"
        with unfinished.open("wb") as file:
            file.write(trace.encode("utf-8", "surrogateescape") + envelope.original_content)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(self.directory / f"{name}.eml")


def _settings(loop: asyncio.AbstractEventLoop) -> dict[str, object]:
    return {
        "loop": loop,
        "enable_SMTPUTF8": True,
        "data_size_limit": _LARGEST,
        "hostname": "localhost",
        "ident": "Portal demo mailbox",
    }
