"""A task knows its execution, and ends with it.

MiniStack: a service integration is not told which execution it works for; tasks of a stopped execution go on (a Map
starts further items), and a task that ran into its TimeoutSeconds is left running.
AWS: StopExecution and time-outs end tasks, and what they wait for is stopped.
"""

import logging

from emulator.executions import Interrupted, abandonable, is_wanted, working_for
from emulator.patching import symbol, wrap

STATES = 'ministack.services.stepfunctions'


def apply() -> None:
    symbol(STATES, '_map_runs')
    symbol(STATES, '_ExecutionError', 'error cause')
    wrap(STATES, '_execute_task', 'state_def raw_input execution ctx', _for_execution)
    wrap(STATES, '_invoke_resource_with_timeout', 'resource input_data timeout', _abandoned_on_timeout)
    symbol(STATES, 'logger').addFilter(_not_an_interruption)


def _for_execution(original):
    def execute(state_def, raw_input, execution, ctx):
        with working_for(execution):
            if not is_wanted():
                raise Interrupted(f'{execution["executionArn"]} has ended')
            return original(state_def, raw_input, execution, ctx)

    return execute


def _abandoned_on_timeout(original):
    def invoke(*args):
        from ministack.services.stepfunctions import _ExecutionError

        with abandonable() as abandoned:
            try:
                return original(*args)
            except _ExecutionError as error:
                if error.error == 'States.Timeout':
                    abandoned.set()
                raise

    return invoke


def _not_an_interruption(record: logging.LogRecord) -> bool:
    """MiniStack logs whatever is no _ExecutionError as unexpected, with a stack trace; an interruption is expected."""
    return not (record.exc_info and isinstance(record.exc_info[1], Interrupted))
