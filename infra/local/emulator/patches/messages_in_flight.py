"""Messages that were being handled when the emulator ended are there to be received after its next start.

MiniStack: they come back only after the rest of their visibility time-out, which is minutes long for a slow function.
AWS: a queue and its consumers do not end together; a consumer that dies leaves its messages to the time-out.
Here: every consumer (Lambda workers, and clients on this machine) ended with the emulator, so that waiting for one is in vain.
"""

import time

from emulator.patching import symbol, wrap

SQS = 'ministack.services.sqs'


def apply() -> None:
    symbol(SQS, '_queues.all_values', '')
    wrap(SQS, '_restore_state', 'data', _with_messages_back)


def _with_messages_back(original):
    def restore(data):
        original(data)
        now = time.time()
        for queue in symbol(SQS, '_queues').all_values():
            for message in queue['messages']:
                # A message that was never received is delayed on purpose.
                if message.get('receive_count', 0) > 0:
                    message['visible_at'] = min(message['visible_at'], now)

    return restore
