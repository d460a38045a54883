"""SIGTERM ends the emulator promptly, after state is saved.

MiniStack's server (Hypercorn): at its end it waits up to 30 seconds for each idle client to close its TLS connection
properly, which pooled clients never do; on Python 3.12 and later it waits for every request under way, however long.
State is saved only afterwards, and the process then waits for its threads: `local down` would have to kill it first.
Here: idle connections get half a second, requests and threads three. (AWS has nothing like it.)
"""

import asyncio
import os
import threading

from emulator.patching import wrap

IDLE_SECONDS = 0.5
BUSY_SECONDS = 3.0
SERVER = 'hypercorn.asyncio.tcp_server'


def apply() -> None:
    wrap(SERVER, 'TCPServer._initiate_server_close', 'self', _close_idle)
    wrap(SERVER, 'TCPServer.run', 'self', _close_busy)
    wrap('ministack.app', '_handle_lifespan', 'scope receive send', _exit_soon_after)


def _close_idle(original):
    async def close(self):
        if self.context.terminated.is_set():
            # Harmless when the connection has closed by then.
            asyncio.get_running_loop().call_later(IDLE_SECONDS, self.writer.transport.abort)
        await original(self)

    return close


def _close_busy(original):
    async def abort_when_terminated(self):
        await self.context.terminated.wait()
        await asyncio.sleep(BUSY_SECONDS)
        self.writer.transport.abort()

    async def run(self):
        watch = asyncio.create_task(abort_when_terminated(self))
        try:
            await original(self)
        finally:
            watch.cancel()

    return run


def _exit_soon_after(original):
    """Once the lifespan has ended, state is saved, and only threads that nobody waits for can keep the process."""
    async def handle(scope, receive, send):
        await original(scope, receive, send)
        last_resort = threading.Timer(BUSY_SECONDS, os._exit, (0,))
        last_resort.daemon = True
        last_resort.start()

    return handle
