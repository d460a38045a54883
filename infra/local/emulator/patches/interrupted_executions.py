"""Executions that are cut off by the emulator's end fail in public.

MiniStack: executions that run at SIGTERM are found FAILED after the next start; nobody is told.
AWS: executions survive everything, and every end of one is told by a status-change event.
Here: they fail just before state is saved, with a status-change event that rules put into (saved) queues.
"""

import asyncio
import contextvars
import logging

from emulator import executions
from emulator.patching import symbol, wrap

STATES = 'ministack.services.stepfunctions'
POLLS_END_WITHIN = 2.0
logger = logging.getLogger('states')


def apply() -> None:
    symbol(STATES, '_fail_execution', 'execution error cause')
    symbol(STATES, '_executions.all_values', '')
    wrap('ministack.app', '_handle_lifespan', 'scope receive send', _announced)


def _announced(original):
    def handle(scope, receive, send):
        async def receive_and_announce():
            message = await receive()
            if message['type'] == 'lifespan.shutdown':
                # Off the event loop: delivering the events may call back into it.
                await asyncio.to_thread(fail_open_executions)
            return message

        return original(scope, receive_and_announce, send)

    return handle


def fail_open_executions() -> None:
    from ministack.services import stepfunctions as states

    for execution in states._executions.all_values():
        # The child of a Distributed Map ends with its parent.
        if execution['status'] == 'RUNNING' and not execution.get('mapRunArn'):
            contextvars.copy_context().run(_fail, states, execution)
    executions.ending.set()
    executions.wait_until_idle(POLLS_END_WITHIN)


def _fail(states, execution) -> None:
    from ministack.core.responses import set_request_account_id, set_request_region

    _, _, _, region, account, *_ = execution['executionArn'].split(':')
    set_request_account_id(account)
    set_request_region(region)
    states._fail_execution(execution, 'States.ServiceRestart', 'The local cloud was stopped while the execution ran.')
    logger.info('Step Functions execution cut off: %s', execution['executionArn'])
