"""The client of the local SageMaker server: plain HTTP on a private loopback port, with a shared secret."""

import http.client
import json
from dataclasses import dataclass, field
from typing import Any

from emulator.settings import Settings

from .operations import TARGET_PREFIX

SECRET_HEADER = 'x-modelloop-secret'
# An invocation may take 60 seconds on AWS; the server is the one to say that it took too long.
TIMEOUT_SECONDS = 75.0


@dataclass(frozen=True)
class Reply:
    """An HTTP response as the server gave it. Bodies may be binary."""

    status: int
    headers: dict[str, str]
    body: bytes


class Unreachable(Exception):
    """The local SageMaker server does not answer."""


class ApiError(Exception):
    """An error of SageMaker's API: code (such as ResourceInUse), message, HTTP status."""

    def __init__(self, code: str, message: str, status: int):
        super().__init__(f'{code}: {message}')
        self.code, self.message, self.status = code, message, status


@dataclass(frozen=True)
class LocalSageMaker:
    """Calls local SageMaker. Blocks: never call it on MiniStack's event loop."""

    settings: Settings = field(repr=False)

    def send(self, method: str, path: str, headers: dict[str, str], body: bytes,
             timeout: float = TIMEOUT_SECONDS) -> Reply:
        """One request, as it is. Raises Unreachable."""
        address = (self.settings.sagemaker_host, self.settings.sagemaker_port)
        connection = http.client.HTTPConnection(*address, timeout=timeout)
        try:
            connection.request(method, path, body, {**headers, SECRET_HEADER: self.settings.sagemaker_secret})
            response = connection.getresponse()
            return Reply(response.status, dict(response.getheaders()), response.read())
        except (OSError, http.client.HTTPException) as error:
            raise Unreachable(f'local SageMaker at {address[0]}:{address[1]} does not answer ({error!r}): '
                              'is it running? `modelloop local status` shows it') from error
        finally:
            connection.close()

    def call(self, operation: str, input: dict[str, Any], timeout: float = TIMEOUT_SECONDS) -> dict[str, Any]:
        """One control-plane operation. Raises ApiError, also when the server is unreachable (503)."""
        headers = {'content-type': 'application/x-amz-json-1.1', 'x-amz-target': TARGET_PREFIX + operation}
        try:
            reply = self.send('POST', '/', headers, json.dumps(input).encode(), timeout)
        except Unreachable as error:
            raise ApiError('ServiceUnavailable', str(error), 503) from error
        try:
            output = json.loads(reply.body or b'{}')
        except ValueError:
            output = {'message': reply.body[:500].decode('utf-8', 'replace')}
        if reply.status >= 400:
            code = str(output.get('__type', 'InternalFailure')).rpartition('#')[2]
            raise ApiError(code, str(output.get('message') or output.get('Message') or ''), reply.status)
        return output
