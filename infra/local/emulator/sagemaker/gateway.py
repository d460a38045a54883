"""SageMaker's endpoint: what MiniStack's router hands a request to, once its signature and its first grant are checked."""

import asyncio
import json
from collections.abc import Callable
from urllib.parse import quote
from uuid import uuid4

from emulator.permissions import trusts

from .local import LocalSageMaker, Reply, Unreachable
from .operations import PRINCIPAL, Operation, parse, passed_roles, permissions

SERVICE = 'sagemaker'
_FORWARDED = ('content-type', 'accept', 'x-amz-target')
_FORWARDED_PREFIX = 'x-amzn-sagemaker-'
# The connection's own headers, and those that MiniStack sets for every service.
_NOT_RETURNED = {'connection', 'keep-alive', 'transfer-encoding', 'content-length', 'date', 'server', 'x-amzn-requestid'}

Response = tuple[int, dict[str, str], bytes]


def handler(local: LocalSageMaker) -> Callable:
    """A handler of MiniStack's kind: (method, path, headers, body, query) → (status, headers, body)."""
    async def handle(method: str, path: str, headers: dict[str, str], body: bytes, query: dict) -> Response:
        operation = parse(method, path, headers, body)
        if operation is None or query:
            return error(404, 'UnknownOperationException', f'{method} {path} is not a request of SageMaker')
        return denial(operation, headers) or untrusted_role(operation) or await forward(
            local, method, path, headers, body)

    return handle


def denial(operation: Operation, headers: dict[str, str]) -> Response | None:
    """The refusal of a caller who lacks any permission that the operation needs."""
    from ministack.core.iam_actions import access_denied_response
    from ministack.core.iam_evaluator import AuthError, enforce
    from ministack.core.responses import get_account_id, get_region
    from ministack.core.router import extract_access_key_id

    region, key = get_region(), extract_access_key_id(headers)
    for needed in permissions(operation, region, get_account_id()):
        denied = enforce(key, needed.action, SERVICE, region, needed.resource, needed.context)
        if isinstance(denied, AuthError):
            return access_denied_response(SERVICE, needed.action, '', str(uuid4()), error_code=denied.code,
                                          message=denied.message, headers=headers)
        if denied:
            return access_denied_response(SERVICE, needed.action, denied.principal_arn, str(uuid4()), headers=headers,
                                          resource_arn=needed.resource, explicit_deny=denied.decision == 'Deny')
    return None


def untrusted_role(operation: Operation) -> Response | None:
    for role in passed_roles(operation):
        if not trusts(role, PRINCIPAL):
            return error(400, 'ValidationException', could_not_assume(role))
    return None


def could_not_assume(role: str) -> str:
    return (f'Could not assume role {role}. Please ensure that the role exists and allows principal '
            f"'{PRINCIPAL}' to assume the role.")


async def forward(local: LocalSageMaker, method: str, path: str, headers: dict[str, str], body: bytes) -> Response:
    """Sends the request on, off the event loop: an invocation takes as long as the model does."""
    kept = {name: value for name, value in headers.items()
            if name in _FORWARDED or name.startswith(_FORWARDED_PREFIX)}
    try:
        reply: Reply = await asyncio.to_thread(local.send, method, quote(path), kept, body)
    except Unreachable as problem:
        return error(503, 'ServiceUnavailable', str(problem))
    # Lower-case names: MiniStack corrects a "Content-Type" that a service emits, but this one is already the model's.
    returned = {name.lower(): value for name, value in reply.headers.items() if name.lower() not in _NOT_RETURNED}
    return reply.status, returned, reply.body


def error(status: int, code: str, message: str) -> Response:
    return (status, {'content-type': 'application/x-amz-json-1.1', 'x-amzn-errortype': code},
            json.dumps({'__type': code, 'message': message}).encode())
