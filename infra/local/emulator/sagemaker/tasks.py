"""SageMaker as a task of a state machine, with the machine's role.

Handlers are called on the execution's thread, as handler(resource, parameters) → result, and raise _ExecutionError,
which is what Retry and Catch see.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from emulator.executions import current_role_arn
from emulator.permissions import Permission, role_denial, trusts

from . import jobs
from .errors import OPTIMIZED, SDK, Integration
from .gateway import could_not_assume
from .local import ApiError, LocalSageMaker
from .operations import PRINCIPAL, Operation, passed_roles, permissions

OPTIMIZED_PREFIX = 'arn:aws:states:::sagemaker:'
SDK_PREFIX = 'arn:aws:states:::aws-sdk:sagemaker:'
_OPTIMIZED_OPERATIONS = {'CreateTrainingJob', 'CreateTransformJob', 'CreateModel', 'CreateEndpointConfig',
                         'CreateEndpoint', 'UpdateEndpoint'}
_ACTION = re.compile(r'(?P<name>[a-z]\w*)(?P<pattern>[.]\S+)?')


@dataclass(frozen=True)
class Tasks:
    """The two integrations, on one local SageMaker."""

    local: LocalSageMaker

    def optimized(self, resource: str, parameters: dict[str, Any]) -> dict[str, Any]:
        """arn:aws:states:::sagemaker:createTrainingJob and its like; with .sync, waits and returns the Describe output."""
        name, pattern = _parse(resource, OPTIMIZED_PREFIX)
        job = jobs.KINDS.get(name.removeprefix('Create'))
        if name not in _OPTIMIZED_OPERATIONS or pattern not in (None, '.sync') or (pattern and not job):
            raise _refusal(resource, 'is not an integration that the local cloud has')

        def call(operation: str, input: dict[str, Any]) -> dict[str, Any]:
            return self._call(OPTIMIZED, operation, input, epoch_milliseconds)

        if not pattern:
            return call(name, parameters)
        self._require_managed_rule(job)
        call(name, parameters)
        return jobs.wait(job, parameters[job.name_member], call)

    def sdk(self, resource: str, parameters: dict[str, Any]) -> dict[str, Any]:
        """arn:aws:states:::aws-sdk:sagemaker:describeEndpoint and its like."""
        name, pattern = _parse(resource, SDK_PREFIX)
        if pattern or name not in _model().operation_names:
            raise _refusal(resource, 'is not an operation of SageMaker')
        return self._call(SDK, name, parameters, iso_8601)

    def _call(self, integration: Integration, name: str, parameters: dict[str, Any],
              as_time: Callable[[float], Any]) -> dict[str, Any]:
        model = _model().operation_model(name)
        try:
            self._authorize(Operation(name, parameters))
            output = self.local.call(name, parameters)
        except ApiError as error:
            declared = {shape.name for shape in model.error_shapes}
            raise _execution_error(*integration.name_and_cause(error, declared)) from error
        return shaped(output, model.output_shape, as_time)

    def _authorize(self, operation: Operation) -> None:
        from ministack.core.responses import get_account_id, get_region

        for needed in permissions(operation, get_region(), get_account_id()):
            _require(needed)
        for role in passed_roles(operation):
            if not trusts(role, PRINCIPAL):
                raise ApiError('ValidationException', could_not_assume(role), 400)

    def _require_managed_rule(self, job: jobs.Kind) -> None:
        """A .sync task hears of its job's end by a rule that Step Functions keeps; on AWS a machine whose role may
        not keep it is refused when it is created."""
        from ministack.core.responses import get_account_id, get_region

        rule = f'arn:aws:events:{get_region()}:{get_account_id()}:rule/{job.rule}'
        try:
            for action in ('events:PutTargets', 'events:PutRule', 'events:DescribeRule'):
                _require(Permission(action, rule))
        except ApiError as error:
            message = f'the role is not authorized to create managed-rule: {error.message}'
            raise _execution_error(*OPTIMIZED.name_and_cause(ApiError(error.code, message, 400), set())) from error


def _require(permission: Permission) -> None:
    denial = role_denial(current_role_arn(), permission)
    if denial:
        raise ApiError('AccessDeniedException', denial, 400)


def shaped(value: Any, shape: Any, as_time: Callable[[float], Any]) -> Any:
    """A value of SageMaker's JSON as Step Functions shows it: its times (seconds since 1970) in the integration's way."""
    if shape is None or value is None:
        return value
    if shape.type_name == 'timestamp':
        return as_time(value)
    if shape.type_name == 'structure':
        return {key: shaped(item, shape.members.get(key), as_time) for key, item in value.items() if item is not None}
    if shape.type_name == 'list':
        return [shaped(item, shape.member, as_time) for item in value]
    return value


def epoch_milliseconds(seconds: float) -> int:
    return round(seconds * 1000)


def iso_8601(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec='milliseconds').replace('+00:00', 'Z')


def _parse(resource: str, prefix: str) -> tuple[str, str | None]:
    """The operation in API spelling (CreateModel) and the integration pattern (.sync) of a task's Resource."""
    action = _ACTION.fullmatch(resource.removeprefix(prefix))
    if not action:
        raise _refusal(resource, 'is not an integration')
    return action['name'][0].upper() + action['name'][1:], action['pattern']


def _refusal(resource: str, why: str) -> Exception:
    return _execution_error('States.Runtime', f'{resource} {why}.')


def _execution_error(name: str, cause: str) -> Exception:
    from ministack.services.stepfunctions import _ExecutionError

    return _ExecutionError(name, cause)


def _model() -> Any:
    from ministack.core.responses import _service_model

    return _service_model('sagemaker')
