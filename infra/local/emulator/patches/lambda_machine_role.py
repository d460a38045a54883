"""A state machine needs lambda:InvokeFunction.

MiniStack: a Task that is a Lambda function runs whatever the machine's role says.
AWS: the machine's role must allow lambda:InvokeFunction on the function; otherwise the task fails with
Lambda.AWSLambdaException.
"""

from emulator.executions import current_role_arn
from emulator.patching import symbol, wrap
from emulator.permissions import Permission, role_denial

STATES = 'ministack.services.stepfunctions'


def apply() -> None:
    symbol('ministack.services.lambda_svc', '_get_func_record_for_ref', 'function_ref')
    wrap(STATES, '_call_lambda', 'func_ref event', _authorized)


def _authorized(original):
    def call(func_ref, event):
        from ministack.services import lambda_svc
        from ministack.services.stepfunctions import _ExecutionError

        _, config, _ = lambda_svc._get_func_record_for_ref(func_ref)
        if config:
            arn = func_ref if str(func_ref).startswith('arn:') else config['FunctionArn']
            denial = role_denial(current_role_arn(), Permission('lambda:InvokeFunction', arn))
            if denial:
                raise _ExecutionError('Lambda.AWSLambdaException', denial)
        return original(func_ref, event)

    return call
