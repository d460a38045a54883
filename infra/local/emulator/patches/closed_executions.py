"""An execution that has ended stays as it ended.

MiniStack: when a task of a stopped execution fails later, the execution turns from ABORTED into FAILED.
AWS: ABORTED and TIMED_OUT are final.
"""

from emulator.patching import wrap


def apply() -> None:
    wrap('ministack.services.stepfunctions', '_fail_execution', 'execution error cause', _only_while_running)


def _only_while_running(original):
    def fail(execution, error, cause):
        if execution['status'] == 'RUNNING':
            original(execution, error, cause)

    return fail
