"""The Step Functions execution that the current thread works for: its role, whether it goes on, and its end."""

import contextvars
import threading
from collections.abc import Iterator
from contextlib import contextmanager

# Set when the emulator is about to end.
ending = threading.Event()

_execution: contextvars.ContextVar[dict | None] = contextvars.ContextVar('execution', default=None)
_abandoned: contextvars.ContextVar[threading.Event | None] = contextvars.ContextVar('abandoned', default=None)


_polls = 0
_polls_changed = threading.Condition()


class Interrupted(Exception):
    """The execution was stopped, timed out or cut off by the emulator's end: no Retry and no Catch may follow."""


@contextmanager
def working_for(execution: dict) -> Iterator[None]:
    token = _execution.set(execution)
    try:
        yield
    finally:
        _execution.reset(token)


@contextmanager
def abandonable() -> Iterator[threading.Event]:
    """An event that a task's time-out sets, to tell the task's thread that nobody waits for it any more."""
    event = threading.Event()
    token = _abandoned.set(event)
    try:
        yield event
    finally:
        _abandoned.reset(token)


@contextmanager
def polling() -> Iterator[None]:
    """Marks a wait that notices `ending`, so that the emulator's end can wait for it to clean up."""
    global _polls
    with _polls_changed:
        _polls += 1
    try:
        yield
    finally:
        with _polls_changed:
            _polls -= 1
            _polls_changed.notify_all()


def wait_until_idle(seconds: float) -> bool:
    """Waits until no poll is under way; False when some still are after that many seconds."""
    with _polls_changed:
        return _polls_changed.wait_for(lambda: _polls == 0, seconds)


def is_wanted() -> bool:
    """Whether somebody still waits for what this thread does."""
    abandoned = _abandoned.get()
    return not ending.is_set() and not (abandoned and abandoned.is_set()) and is_open(_current())


def is_open(execution: dict) -> bool:
    """Whether the execution and, for a child of a Distributed Map, its parents are running."""
    from ministack.services import stepfunctions as states

    if execution['status'] != 'RUNNING':
        return False
    run = states._map_runs.get(execution.get('mapRunArn'))
    parent = states._executions.get(run['executionArn']) if run else None
    return is_open(parent) if parent else True


def current_arn() -> str:
    return _current()['executionArn']


def current_role_arn() -> str:
    """The role that the execution started with: an update of the machine does not change executions that run."""
    from ministack.services import stepfunctions as states

    execution = _current()
    for event in execution['events'][:1]:
        if 'executionStartedEventDetails' in event:
            return event['executionStartedEventDetails']['roleArn']
    # The child of a Distributed Map has a machine of its own, named after its parent's.
    machine_arn = execution['stateMachineArn'].rpartition('/')[0] or execution['stateMachineArn']
    return states._state_machines[machine_arn]['roleArn']


def _current() -> dict:
    execution = _execution.get()
    if execution is None:
        raise RuntimeError('not inside a Step Functions execution')
    return execution
