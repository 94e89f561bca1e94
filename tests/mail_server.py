"""A real SMTP server on loopback, that answers as a test tells it to."""

import asyncio
import contextlib
import threading

import pytest
from aiosmtpd.smtp import SMTP


class Postmaster:
    """A handler that answers as it was told to and remembers what it took."""

    def __init__(self):
        self.taken = []
        self.connections = 0
        self.mail = self.rcpt = self.data = None

    async def handle_MAIL(self, server, session, envelope, address, options):
        if self.mail:
            return self.mail
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.rcpt:
            return self.rcpt
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if self.data == "vanish":
            server.transport.abort()
            await asyncio.sleep(0)
            return "250 never heard"
        if self.data == "hang":
            await asyncio.sleep(30)
        if self.data:
            return self.data
        self.taken.append(envelope)
        return "250 2.0.0 Taken"


@pytest.fixture
def mail_server():
    """Start a real SMTP server: mail_server(**settings of aiosmtpd) -> its handler, with `.port`."""
    with contextlib.ExitStack() as stack:
        yield lambda **settings: stack.enter_context(running(settings))


@contextlib.contextmanager
def running(settings):
    """Run a server with these settings of aiosmtpd."""
    loop = asyncio.new_event_loop()
    postmaster = Postmaster()

    def greet():
        postmaster.connections += 1
        return SMTP(postmaster, loop=loop, hostname="mx.test", **settings)

    async def listen():
        return await loop.create_server(greet, "127.0.0.1", 0)

    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    server = asyncio.run_coroutine_threadsafe(listen(), loop).result(10)
    postmaster.port = server.sockets[0].getsockname()[1]
    try:
        yield postmaster
    finally:
        asyncio.run_coroutine_threadsafe(_leave(server), loop).result(5)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)
        loop.close()


async def _leave(server):
    server.close()
    others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
