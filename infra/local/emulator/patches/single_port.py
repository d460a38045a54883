"""One port.

MiniStack: with TLS on, it listens on 127.0.0.1:443 as well, whenever it may.
Here: only GATEWAY_PORT is open, so that two clouds (and anything else on 443) can run side by side.
"""

from emulator.patching import wrap

HTTPS = 443


def apply() -> None:
    wrap('ministack.app', '_port_is_bindable', 'host port', _not_https)


def _not_https(original):
    def bindable(host: str, port: int) -> bool:
        return port != HTTPS and original(host, port)

    return bindable
