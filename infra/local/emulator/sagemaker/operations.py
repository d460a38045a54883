"""What a SageMaker request is, and what its caller needs for it.

After AWS's service authorization reference, "Actions, resources, and condition keys for Amazon SageMaker AI": resource
names are lower case in ARNs; CreateEndpoint and UpdateEndpoint need the endpoint and its configuration; a role that is
handed over needs iam:PassRole, and tags at creation need sagemaker:AddTags.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from emulator.permissions import Permission

TARGET_PREFIX = 'SageMaker.'
PRINCIPAL = 'sagemaker.amazonaws.com'

_RESOURCE_TYPES = {
    'TrainingJob': 'training-job',
    'TransformJob': 'transform-job',
    'Model': 'model',
    'EndpointConfig': 'endpoint-config',
    'Endpoint': 'endpoint',
}
_CONTROL = re.compile(r'(?P<verb>Create|Describe|Update|Stop|Delete|Invoke)(?P<noun>[A-Z]\w*)')
_RUNTIME = re.compile(r'/endpoints/(?P<name>[A-Za-z0-9-]+)/(?P<call>invocations|async-invocations|invocations-response-stream)')
_RUNTIME_OPERATIONS = {
    'invocations': 'InvokeEndpoint',
    'async-invocations': 'InvokeEndpointAsync',
    'invocations-response-stream': 'InvokeEndpointWithResponseStream',
}
# UpdateEndpointWeightsAndCapacities works on an endpoint.
_NOUNS = {'EndpointWeightsAndCapacities': 'Endpoint'}
_ROLE_MEMBERS = ('RoleArn', 'ExecutionRoleArn')


@dataclass(frozen=True)
class Operation:
    """An operation such as CreateModel with its input; of InvokeEndpoint only the endpoint's name is kept."""

    name: str
    input: dict[str, Any]

    @property
    def action(self) -> str:
        return f'sagemaker:{self.name}'


def parse(method: str, path: str, headers: dict[str, str], body: bytes) -> Operation | None:
    """The operation of a request to the control plane or the runtime; None when it is neither."""
    if method != 'POST':
        return None
    target = headers.get('x-amz-target', '')
    if target:
        known = path == '/' and target.startswith(TARGET_PREFIX)
        return Operation(target.removeprefix(TARGET_PREFIX), _json_object(body)) if known else None
    runtime = _RUNTIME.fullmatch(path)
    return Operation(_RUNTIME_OPERATIONS[runtime['call']], {'EndpointName': runtime['name']}) if runtime else None


def resource_arn(operation: Operation, region: str, account: str) -> str:
    """The ARN of the resource that the operation is about, '*' when it is about none (ListModels)."""
    if operation.name in ('AddTags', 'DeleteTags', 'ListTags'):
        return _string(operation.input, 'ResourceArn') or '*'
    control = _CONTROL.fullmatch(operation.name)
    if not control:
        return '*'
    # InvokeEndpointAsync and InvokeEndpointWithResponseStream are about an endpoint, as InvokeEndpoint is.
    noun = 'Endpoint' if control['verb'] == 'Invoke' else _NOUNS.get(control['noun'], control['noun'])
    return _arn(operation, noun, region, account)


def permissions(operation: Operation, region: str, account: str) -> Iterator[Permission]:
    """Everything that the caller needs, the operation's own action first."""
    resource = resource_arn(operation, region, account)
    tags = _tags(operation)
    tag_keys = _tag_context(tags)
    yield Permission(operation.action, resource, tag_keys)
    if operation.name in ('CreateEndpoint', 'UpdateEndpoint'):
        yield Permission(operation.action, _arn(operation, 'EndpointConfig', region, account), tag_keys)
    for role in passed_roles(operation):
        yield Permission('iam:PassRole', role, {'iam:PassedToService': PRINCIPAL, 'iam:AssociatedResourceArn': resource})
    if tags and operation.name.startswith('Create'):
        yield Permission('sagemaker:AddTags', resource, tag_keys)


def passed_roles(operation: Operation) -> list[str]:
    if not operation.name.startswith(('Create', 'Update')):
        return []
    return [role for role in (_string(operation.input, member) for member in _ROLE_MEMBERS) if role]


def _arn(operation: Operation, noun: str, region: str, account: str) -> str:
    name = _string(operation.input, f'{noun}Name')
    if noun not in _RESOURCE_TYPES or not name:
        return '*'
    return f'arn:aws:sagemaker:{region}:{account}:{_RESOURCE_TYPES[noun]}/{name.lower()}'


def _tags(operation: Operation) -> dict[str, str]:
    tags = operation.input.get('Tags')
    return {str(tag.get('Key')): str(tag.get('Value', '')) for tag in tags if isinstance(tag, dict)} \
        if isinstance(tags, list) else {}


def _tag_context(tags: dict[str, str]) -> dict[str, Any]:
    if not tags:
        return {}
    return {'aws:TagKeys': list(tags), **{f'aws:RequestTag/{key}': value for key, value in tags.items()}}


def _string(members: dict[str, Any], name: str) -> str:
    value = members.get(name)
    return value if isinstance(value, str) else ''


def _json_object(body: bytes) -> dict[str, Any]:
    try:
        parsed = json.loads(body or b'{}')
    except ValueError:
        return {}
    return parsed if isinstance(parsed, dict) else {}
