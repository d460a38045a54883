"""What the start script needs from its environment, besides the settings that MiniStack reads itself."""

import os
from dataclasses import dataclass
from typing import Self
from urllib.parse import urlsplit

LOOPBACK = ('127.0.0.1', '::1', 'localhost')


class InvalidSettings(Exception):
    """A variable is missing or would start something that must not be started."""


@dataclass(frozen=True)
class Settings:
    """Where local SageMaker listens, and the secret that tells it that a request went through the emulator's checks."""

    sagemaker_host: str
    sagemaker_port: int
    sagemaker_secret: str

    @classmethod
    def take_from_environment(cls) -> Self:
        """Reads the settings and removes ours from the environment, which Lambda workers inherit."""
        _refuse_unsafe_listener()
        address = urlsplit(_take('MODELLOOP_SAGEMAKER_URL'))
        if address.scheme != 'http' or address.hostname not in LOOPBACK or not address.port:
            raise InvalidSettings(
                f'MODELLOOP_SAGEMAKER_URL must be http://127.0.0.1:<port>, but is {address.geturl()!r}')
        return cls(address.hostname, address.port, _take('MODELLOOP_SAGEMAKER_SECRET'))


def _refuse_unsafe_listener() -> None:
    _required('GATEWAY_PORT')
    host = _required('BIND_HOST')
    if host not in LOOPBACK:
        raise InvalidSettings(f'BIND_HOST must be a loopback address such as 127.0.0.1, but is {host!r}: '
                              'the root key needs no secret, so nobody else may reach the emulator')
    for name, value in (('AUTH', 'true'), ('USE_SSL', '1')):
        if _required(name).lower() != value:
            raise InvalidSettings(f'{name} must be {value}: without it, grants that are missing on AWS go unnoticed here')


def _required(name: str) -> str:
    value = os.environ.get(name, '')
    if not value:
        raise InvalidSettings(f'the environment variable {name} is not set')
    return value


def _take(name: str) -> str:
    value = _required(name)
    del os.environ[name]
    return value
