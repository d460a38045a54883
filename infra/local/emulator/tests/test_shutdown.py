"""patches/single_port.py, prompt_shutdown.py, interrupted_executions.py and messages_in_flight.py, and how the start script refuses."""

import json
import os
import re
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from botocore.exceptions import BotoCoreError

from .cloud import REGION, START, allow, until
from .functions import create_function, trusted_by_lambda

QUEUE_POLICY = {'Statement': [{'Effect': 'Allow', 'Principal': {'Service': 'events.amazonaws.com'},
                               'Action': 'sqs:SendMessage', 'Resource': '*'}]}


def test_only_the_gateway_port_is_open(cloud):
    """Without the patch, 443 is open too wherever the user may open it."""
    log = (cloud.directory / 'log').read_text()
    assert set(re.findall(r'Running on (\S+)', log)) == {cloud.url}


def test_ends_promptly_with_idle_clients_and_saves_state(own_cloud):
    idle = own_cloud.client('iam')
    idle.create_user(UserName='kept')
    assert own_cloud.stop() == 0
    own_cloud.start()
    assert own_cloud.client('iam').get_user(UserName='kept')['User']['UserName'] == 'kept'
    del idle


def test_ends_promptly_amid_a_request_that_hangs(own_cloud, sagemaker):
    hangs = threading.Event()
    sagemaker.answers['/endpoints/e/invocations'] = lambda request: hangs.wait(60) and (200, {}, b'')
    runtime = own_cloud.client('sagemaker-runtime')
    own_cloud.client('iam').create_user(UserName='kept')
    cut_off = ThreadPoolExecutor().submit(runtime.invoke_endpoint, EndpointName='e', Body=b'')
    try:
        until(lambda: sagemaker.requests, 'the invocation is under way')
        assert own_cloud.stop() == 0
        with pytest.raises(BotoCoreError):
            cut_off.result(5)
    finally:
        hangs.set()
    own_cloud.start()
    assert own_cloud.client('iam').get_user(UserName='kept')['User']['UserName'] == 'kept'


def test_an_execution_cut_off_fails_in_public(own_cloud, sagemaker):
    """Its status-change event is in the queue after the next start, and the job that it waited for was stopped."""
    states = ['InProgress']
    sagemaker.answers.update({
        'CreateTransformJob': lambda request: {'TransformJobArn': 'arn'},
        'DescribeTransformJob': lambda request: {'TransformJobName': 'j', 'TransformJobStatus': states[-1]},
        'StopTransformJob': lambda request: states.append('Stopping') or {},
    })
    queue = own_cloud.client('sqs').create_queue(
        QueueName='ended', Attributes={'Policy': json.dumps(QUEUE_POLICY)})['QueueUrl']
    events = own_cloud.client('events')
    events.put_rule(Name='ended', EventPattern=json.dumps(
        {'source': ['aws.states'], 'detail': {'status': ['FAILED', 'TIMED_OUT', 'ABORTED']}}))
    events.put_targets(Rule='ended', Targets=[{'Id': 'q', 'Arn': f'arn:aws:sqs:{REGION}:000000000000:ended'}])
    arn = own_cloud.started(own_cloud.machine('cut-off', own_cloud.role('cut-off', [allow('*')]), {
        'StartAt': 'Job', 'States': {'Job': {
            'Type': 'Task', 'Resource': 'arn:aws:states:::sagemaker:createTransformJob.sync', 'End': True,
            'Parameters': {'TransformJobName': 'j'}, 'Retry': [{'ErrorEquals': ['States.ALL'], 'MaxAttempts': 9}],
            'Catch': [{'ErrorEquals': ['States.ALL'], 'Next': 'Caught'}]}, 'Caught': {'Type': 'Succeed'}}}))
    until(lambda: sagemaker.asked('DescribeTransformJob'), 'the job is polled')
    assert own_cloud.stop() == 0
    assert len(sagemaker.asked('CreateTransformJob')) == 1
    assert len(sagemaker.asked('StopTransformJob')) == 1

    own_cloud.start()
    execution = own_cloud.client('stepfunctions').describe_execution(executionArn=arn)
    assert (execution['status'], execution['error']) == ('FAILED', 'States.ServiceRestart')
    [message] = own_cloud.client('sqs').receive_message(QueueUrl=queue, WaitTimeSeconds=5)['Messages']
    detail = json.loads(message['Body'])['detail']
    assert (detail['executionArn'], detail['status']) == (arn, 'FAILED')


def test_messages_in_flight_are_there_after_a_restart(own_cloud):
    """Who handled them ended, too. A message that is delayed stays delayed."""
    sqs = own_cloud.client('sqs')
    url = sqs.create_queue(QueueName='slow', Attributes={'VisibilityTimeout': '900'})['QueueUrl']
    sqs.send_message(QueueUrl=url, MessageBody='in flight')
    sqs.receive_message(QueueUrl=url)
    sqs.send_message(QueueUrl=url, MessageBody='delayed', DelaySeconds=600)
    assert 'Messages' not in sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)
    own_cloud.stop()
    own_cloud.start()
    again = own_cloud.client('sqs').receive_message(
        QueueUrl=url, MaxNumberOfMessages=10, AttributeNames=['ApproximateReceiveCount'])['Messages']
    assert [(m['Body'], m['Attributes']['ApproximateReceiveCount']) for m in again] == [('in flight', '2')]


def test_lambda_workers_end_with_the_emulator(own_cloud):
    create_function(own_cloud, 'idle', 'exports.handler = async () => "hi"', trusted_by_lambda(own_cloud, 'idle'))
    own_cloud.client('lambda').invoke(FunctionName='idle')
    assert workers(own_cloud)
    own_cloud.stop()
    until(lambda: not workers(own_cloud), 'the Lambda worker has ended')


def workers(cloud) -> list[str]:
    processes = subprocess.run(['ps', '-axo', 'args'], capture_output=True, text=True, check=True).stdout.splitlines()
    return [line for line in processes if str(cloud.directory) in line]


@pytest.mark.parametrize(('change', 'complaint'), [
    ({'MODELLOOP_SAGEMAKER_SECRET': None}, 'MODELLOOP_SAGEMAKER_SECRET is not set'),
    ({'MODELLOOP_SAGEMAKER_URL': 'http://example.com:1'}, 'MODELLOOP_SAGEMAKER_URL must be http://127.0.0.1:<port>'),
    ({'BIND_HOST': '0.0.0.0'}, 'BIND_HOST must be a loopback address'),
    ({'AUTH': 'false'}, 'AUTH must be true'),
])
def test_refuses_unsafe_settings(cloud, change, complaint):
    environment = {name: value for name, value in {**cloud.environment, **change}.items() if value is not None}
    result = subprocess.run([sys.executable, START], env=environment, capture_output=True, text=True, timeout=20)
    assert result.returncode == 2
    assert result.stderr.startswith('emulator: cannot start: ')
    assert complaint in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_the_secret_does_not_reach_lambda_workers(cloud):
    code = 'exports.handler = async () => Object.keys(process.env).filter((name) => name.startsWith("MODELLOOP_SAGEMAKER"))'
    create_function(cloud, 'environment', code, trusted_by_lambda(cloud, 'environment'))
    assert json.loads(cloud.client('lambda').invoke(FunctionName='environment')['Payload'].read()) == []
    assert 'MODELLOOP_SAGEMAKER_SECRET' not in os.environ
