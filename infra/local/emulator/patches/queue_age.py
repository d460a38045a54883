"""A queue knows the age of its oldest message.

MiniStack: nothing tells it; AWS/SQS metrics are not put.
AWS: the metric ApproximateAgeOfOldestMessage. Messages of a standard queue that were received three times and not deleted are left out of
it; in a dead-letter queue, the age counts from when a message was moved there. It is no queue attribute.
Here: local monitoring asks for an attribute of that name, and is answered in whole seconds; who asks for "All" does not get it.
"""

import json
import time

from emulator.patching import symbol, wrap

AGE = 'ApproximateAgeOfOldestMessage'
POISON = 3


def apply() -> None:
    wrap('ministack.services.sqs', '_act_get_queue_attributes', 'data qurl', _with_age)
    # Requests are dispatched by a table that was made with the original.
    symbol('ministack.services.sqs', '_HANDLERS')['GetQueueAttributes'] = symbol(
        'ministack.services.sqs', '_act_get_queue_attributes')
    wrap('ministack.services.sqs', '_dlq_sweep', 'q', _with_arrival)


def _with_age(original):
    get_queue = symbol('ministack.services.sqs', '_get_q', 'url action')

    def attributes(data, qurl):
        answer = original(data, qurl)
        if AGE in (data.get('AttributeNames') or []):
            queue = get_queue(data.get('QueueUrl', qurl), 'sqs:GetQueueAttributes')
            answer['Attributes'][AGE] = str(age(queue, time.time()))
        return answer

    return attributes


def age(queue: dict, now: float) -> int:
    """0 when there is no message that counts."""
    ages = [now - m.get('arrived_at', m.get('sent_at', now)) for m in list(queue['messages'])
            if queue['is_fifo'] or 'arrived_at' in m or m.get('receive_count', 0) < POISON]
    return int(max(ages, default=0))


def _with_arrival(original):
    queue_by_arn = symbol('ministack.services.sqs', '_queue_by_arn', 'arn')

    def sweep(q):
        original(q)
        try:
            policy = json.loads(q['attributes'].get('RedrivePolicy') or '{}')
        except ValueError:
            return
        target = queue_by_arn(policy.get('deadLetterTargetArn', '')) if isinstance(policy, dict) else None
        for message in (target or {}).get('messages', []):
            if 'DeadLetterQueueSourceArn' in message.get('sys', {}):
                message.setdefault('arrived_at', time.time())

    return sweep
