"""SIGTERM ends the emulator promptly, and state is saved.

MiniStack's server (Hypercorn): at its end, it waits up to 30 seconds for each idle client to close its TLS connection
properly, which pooled clients never do, and saves state only afterwards: `local down` would have to kill it first.
Here: connections get half a second. (AWS has nothing like it.)
"""

import asyncio

from emulator.patching import wrap

GRACE_SECONDS = 0.5
SERVER = 'hypercorn.asyncio.tcp_server'


def apply() -> None:
    wrap(SERVER, 'TCPServer._close', 'self', _bounded)
    wrap(SERVER, 'TCPServer._initiate_server_close', 'self', _bounded)


def _bounded(original):
    async def close(self):
        if self.context.terminated.is_set():
            # Harmless when the connection has closed by then.
            asyncio.get_running_loop().call_later(GRACE_SECONDS, self.writer.transport.abort)
        await original(self)

    return close
