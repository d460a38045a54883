"""Waiting for a job, as a .sync task does."""

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from emulator import executions

logger = logging.getLogger('states')
POLL_SECONDS = 0.5

Call = Callable[[str, dict[str, Any]], dict[str, Any]]


@dataclass(frozen=True)
class Kind:
    """A kind of job that has a .sync integration; `rule` is the managed rule that tells Step Functions of its end."""

    noun: str
    rule: str

    @property
    def name_member(self) -> str:
        return f'{self.noun}Name'

    @property
    def status_member(self) -> str:
        return f'{self.noun}Status'


KINDS = {
    'TrainingJob': Kind('TrainingJob', 'StepFunctionsGetEventsForSageMakerTrainingJobsRule'),
    'TransformJob': Kind('TransformJob', 'StepFunctionsGetEventsForSageMakerTransformJobsRule'),
}


def wait(kind: Kind, name: str, call: Call) -> dict[str, Any]:
    """The Describe output once the job has completed.

    Raises _ExecutionError States.TaskFailed with the Describe output as cause when it failed or was stopped, and
    Interrupted, after stopping the job, when nobody waits for it any more.
    """
    with executions.polling():
        while executions.is_wanted():
            description = call(f'Describe{kind.noun}', {kind.name_member: name})
            status = description[kind.status_member]
            if status == 'Completed':
                return description
            if status in ('Failed', 'Stopped'):
                raise _task_failed(description)
            executions.ending.wait(POLL_SECONDS)
        _stop(kind, name, call)
    raise executions.Interrupted(f'{executions.current_arn()} has ended: {name} was told to stop')


def _stop(kind: Kind, name: str, call: Call) -> None:
    from ministack.services.stepfunctions import _ExecutionError

    try:
        call(f'Stop{kind.noun}', {kind.name_member: name})
    except _ExecutionError as error:
        # As on AWS, the job then runs on.
        logger.warning('%s could not be stopped: %s', name, error)


def _task_failed(description: dict[str, Any]) -> Exception:
    from ministack.services.stepfunctions import _ExecutionError

    return _ExecutionError('States.TaskFailed', json.dumps(description))
