"""An error thrown by Node code keeps its name.

MiniStack: whatever a Node handler throws arrives as errorType "Runtime.HandlerError", without a trace.
AWS: errorType is the error's name ("Error", "ResourceLimit"), so that a state machine can retry or catch it by name,
and `trace` holds the stack's lines.
"""

import contextvars

from emulator.patching import assign, substitute, symbol, wrap

RUNTIME = 'ministack.core.lambda_runtime'
HIDDEN_TYPE = 'Runtime.HandlerError'
_thrown: contextvars.ContextVar[dict | None] = contextvars.ContextVar('thrown', default=None)


def apply() -> None:
    script = symbol(RUNTIME, '_NODEJS_WORKER_SCRIPT')
    for old, error in (('error: String(err.message || err), trace: err.stack || ""', 'err'),
                       ('error: e.message, trace: e.stack', 'e')):
        script = substitute(script, old, f'{old}, error_type: String({error} && {error}.name || "Error")', RUNTIME)
    assign(RUNTIME, '_NODEJS_WORKER_SCRIPT', script)
    wrap(RUNTIME, 'Worker.invoke', 'self event request_id', _remember_error)
    wrap('ministack.services.lambda_svc', '_execute_function_warm', 'func event request_id', _name_error)


def _remember_error(original):
    def invoke(self, *args, **kwargs):
        result = original(self, *args, **kwargs)
        _thrown.set(result if result.get('error_type') else None)
        return result

    return invoke


def _name_error(original):
    def execute(*args, **kwargs):
        _thrown.set(None)
        result = original(*args, **kwargs)
        thrown, body = _thrown.get(), result.get('body')
        if thrown and isinstance(body, dict) and body.get('errorType') == HIDDEN_TYPE:
            body = {'errorType': thrown['error_type'], **{k: v for k, v in body.items() if k != 'errorType'},
                    'trace': str(thrown.get('trace', '')).splitlines()}
            result = {**result, 'body': body}
        return result

    return execute
