"""patches/queue_age.py"""

import json

from emulator.patches.queue_age import AGE, age

from .cloud import until


def queue_with(sqs, name: str, **attributes: str) -> str:
    return sqs.create_queue(QueueName=name, Attributes={'VisibilityTimeout': '0', **attributes})['QueueUrl']


def age_of(sqs, url: str) -> int:
    return int(sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[AGE])['Attributes'][AGE])


def test_a_queue_tells_the_age_of_its_oldest_message_to_who_asks_by_name(cloud):
    sqs = cloud.client('sqs')
    url = queue_with(sqs, 'aged')
    assert age_of(sqs, url) == 0
    sqs.send_message(QueueUrl=url, MessageBody='old')
    until(lambda: age_of(sqs, url) >= 1, 'the message is a second old', 5)
    everything = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=['All'])['Attributes']
    assert AGE not in everything and everything['ApproximateNumberOfMessages'] == '1'


def test_in_a_dead_letter_queue_the_age_counts_from_the_move(cloud):
    sqs = cloud.client('sqs')
    dead = queue_with(sqs, 'aged-dead')
    arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=['QueueArn'])['Attributes']['QueueArn']
    url = queue_with(sqs, 'aged-source',
                     RedrivePolicy=json.dumps({'deadLetterTargetArn': arn, 'maxReceiveCount': '1'}))
    sqs.send_message(QueueUrl=url, MessageBody='poison')
    until(lambda: age_of(sqs, url) >= 2, 'the message is two seconds old', 5)

    def moved() -> bool:
        sqs.receive_message(QueueUrl=url)
        return age_of(sqs, url) == 0

    until(moved, 'the message was moved', 5)
    assert age_of(sqs, dead) < 2
    until(lambda: age_of(sqs, dead) >= 1, 'it ages there, too', 5)


def test_what_is_received_again_and_again_does_not_hide_what_waits():
    poison, waiting = {'sent_at': 0.0, 'receive_count': 3}, {'sent_at': 90.0, 'receive_count': 2}
    assert age({'is_fifo': False, 'messages': [poison, waiting]}, 100) == 10
    assert age({'is_fifo': False, 'messages': [poison]}, 100) == 0
    assert age({'is_fifo': True, 'messages': [poison, waiting]}, 100) == 100
