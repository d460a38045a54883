"""What `States.ALL` does not catch.

MiniStack: States.ALL and States.TaskFailed match every error, States.Runtime too.
AWS: States.Runtime and States.DataLimitExceeded always fail the execution; Retry and Catch on States.ALL miss them.
"""

from emulator.patching import wrap

TERMINAL = ('States.Runtime', 'States.DataLimitExceeded')


def apply() -> None:
    wrap('ministack.services.stepfunctions', '_error_matches', 'error_equals error', _unless_terminal)


def _unless_terminal(original):
    def matches(error_equals, error):
        return error in error_equals if error in TERMINAL else original(error_equals, error)

    return matches
