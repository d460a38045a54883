"""A state machine's own TimeoutSeconds.

MiniStack: ignores it; no execution is ever TIMED_OUT.
AWS: the execution ends as TIMED_OUT, past every Catch, with a status-change event.
Here: the same, by the clock on the wall (SFN_WAIT_SCALE shortens waits, never time-outs).
"""

import contextvars
import json
import threading

from emulator.patching import symbol, wrap

STATES = 'ministack.services.stepfunctions'


def apply() -> None:
    symbol(STATES, '_executions')
    symbol(STATES, '_state_machines')
    symbol(STATES, '_add_event', 'execution event_type details')
    symbol(STATES, '_emit_execution_status_event', 'execution')
    wrap(STATES, '_run_execution', 'exec_arn', _bounded)


def _bounded(original):
    def run(exec_arn):
        from ministack.services import stepfunctions as states

        execution = states._executions.get(exec_arn)
        seconds = _timeout_seconds(states, execution)
        if seconds is None:
            return original(exec_arn)
        timer = threading.Timer(seconds, _copied(_time_out), (states, execution))
        timer.daemon = True
        timer.start()
        try:
            return original(exec_arn)
        finally:
            timer.cancel()

    return run


def _copied(function):
    """The function in this thread's context, which names the account and region that it works in."""
    context = contextvars.copy_context()
    return lambda *args: context.run(function, *args)


def _timeout_seconds(states, execution) -> float | None:
    machine = states._state_machines.get(execution['stateMachineArn']) if execution else None
    try:
        return json.loads(machine['definition']).get('TimeoutSeconds') if machine else None
    except ValueError:
        return None


def _time_out(states, execution) -> None:
    if execution['status'] != 'RUNNING':
        return
    execution['status'] = 'TIMED_OUT'
    execution['stopDate'] = states.now_iso()
    states._add_event(execution, 'ExecutionTimedOut', {'executionTimedOutEventDetails': {}})
    states._emit_execution_status_event(execution)
