"""patches/sagemaker_gateway.py: SageMaker behind the emulator's endpoint, signature check and IAM."""

import json
import time

import pytest
from botocore.exceptions import ClientError

from .cloud import ACCOUNT, REGION, SECRET, allow
from .fake_sagemaker import ApiFailure

RESOURCES = f'arn:aws:sagemaker:{REGION}:{ACCOUNT}'
TAGS = [{'Key': 'team', 'Value': 'red'}]


def training_job(name: str, role: str, **extra) -> dict:
    return {
        'TrainingJobName': name, 'RoleArn': role, 'OutputDataConfig': {'S3OutputPath': 's3://out/'},
        'AlgorithmSpecification': {'TrainingImage': 'image', 'TrainingInputMode': 'File'},
        'ResourceConfig': {'InstanceType': 'ml.m5.large', 'InstanceCount': 1, 'VolumeSizeInGB': 1},
        'StoppingCondition': {'MaxRuntimeInSeconds': 60}, **extra,
    }


def refused(call, *args, **kwargs) -> tuple[str, str]:
    with pytest.raises(ClientError) as failure:
        call(*args, **kwargs)
    error = failure.value.response['Error']
    return error['Code'], error['Message']


def test_a_request_and_its_answer_pass_unchanged(cloud, sagemaker):
    sagemaker.answers['CreateModel'] = lambda request: {'ModelArn': f'{RESOURCES}:model/m'}
    role = cloud.role('passes-unchanged', [], 'sagemaker.amazonaws.com')
    input = {'ModelName': 'M', 'ExecutionRoleArn': role}
    assert cloud.client('sagemaker').create_model(**input)['ModelArn'] == f'{RESOURCES}:model/m'
    [request] = sagemaker.requests
    assert request.input == input
    assert request.headers['x-modelloop-secret'] == SECRET
    assert 'authorization' not in request.headers


def test_an_error_of_sagemaker_reaches_the_client(cloud, sagemaker):
    def fail(request):
        raise ApiFailure('ResourceLimitExceeded', 'no more')

    sagemaker.answers['DescribeModel'] = fail
    client = cloud.client('sagemaker')
    with pytest.raises(client.exceptions.ClientError) as failure:
        client.describe_model(ModelName='m')
    assert failure.value.response['Error'] == {'Code': 'ResourceLimitExceeded', 'Message': 'no more'}


def test_an_invocation_carries_bytes_and_headers_both_ways(cloud, sagemaker):
    every_byte = bytes(range(256))
    headers = {'Content-Type': 'application/json', 'x-Amzn-Invoked-Production-Variant': 'live'}
    sagemaker.answers['/endpoints/E/invocations'] = lambda request: (200, headers, request.body[::-1])
    answer = cloud.client('sagemaker-runtime').invoke_endpoint(
        EndpointName='E', Body=every_byte, ContentType='application/x-npy', Accept='application/json', InferenceId='row-1')
    assert answer['Body'].read() == every_byte[::-1]
    assert answer['ContentType'] == 'application/json'
    assert answer['InvokedProductionVariant'] == 'live'
    [request] = sagemaker.requests
    assert request.headers['content-type'] == 'application/x-npy'
    assert request.headers['accept'] == 'application/json'
    assert request.headers['x-amzn-sagemaker-inference-id'] == 'row-1'


def test_a_slow_invocation_does_not_hold_up_others(cloud, sagemaker):
    other_took = []

    def slow(request):
        # The invocation is under way while another request is answered.
        started = time.monotonic()
        cloud.client('sts').get_caller_identity()
        other_took.append(time.monotonic() - started)
        return 200, {}, b'done'

    sagemaker.answers['/endpoints/slow/invocations'] = slow
    assert cloud.client('sagemaker-runtime').invoke_endpoint(EndpointName='slow', Body=b'')['Body'].read() == b'done'
    assert len(other_took) == 1


def test_a_wrong_signature_is_refused(cloud, sagemaker):
    maker = cloud.user('wrong-signature', [allow('*')])
    key = maker('sagemaker')._request_signer._credentials.access_key
    code, _ = refused(cloud.client('sagemaker', key, 'not-its-secret').list_models)
    assert code == 'InvalidSignatureException'
    assert not sagemaker.requests


@pytest.mark.parametrize(('service', 'call', 'input', 'resource'), [
    ('sagemaker', 'describe_training_job', {'TrainingJobName': 'Job-A'}, 'training-job/job-a'),
    ('sagemaker', 'stop_transform_job', {'TransformJobName': 'Job-A'}, 'transform-job/job-a'),
    ('sagemaker', 'delete_endpoint_config', {'EndpointConfigName': 'C'}, 'endpoint-config/c'),
    ('sagemaker', 'delete_tags', {'ResourceArn': f'{RESOURCES}:endpoint/e', 'TagKeys': ['k']}, 'endpoint/e'),
    ('sagemaker-runtime', 'invoke_endpoint', {'EndpointName': 'End', 'Body': b''}, 'endpoint/end'),
])
def test_iam_names_action_and_resource(cloud, sagemaker, service, call, input, resource):
    action = 'sagemaker:' + ''.join(part.title() for part in call.split('_'))
    name = call.replace('_', '-')
    code, message = refused(getattr(cloud.user(f'not-{name}', [allow(action, on='arn:aws:sagemaker:*:*:x/y')])(service), call),
                            **input)
    assert code == 'AccessDeniedException'
    assert f'is not authorized to perform: {action} on resource: {RESOURCES}:{resource} because' in message
    assert not sagemaker.requests
    sagemaker.answers.update({operation: lambda request: {} for operation in (action[10:], '/endpoints/End/invocations')})
    getattr(cloud.user(f'may-{name}', [allow(action, on=f'{RESOURCES}:{resource}')])(service), call)(**input)
    assert len(sagemaker.requests) == 1


def test_a_role_and_tags_need_grants_of_their_own(cloud, sagemaker):
    sagemaker.answers['CreateTrainingJob'] = lambda request: {'TrainingJobArn': f'{RESOURCES}:training-job/j'}
    role = cloud.role('passed', [], 'sagemaker.amazonaws.com')
    create = allow('sagemaker:CreateTrainingJob', on=f'{RESOURCES}:training-job/j')
    to_others = allow('iam:PassRole', on=role, Condition={'StringEquals': {'iam:PassedToService': 'ec2.amazonaws.com'}})
    to_sagemaker = allow('iam:PassRole', on=role,
                         Condition={'StringEquals': {'iam:PassedToService': 'sagemaker.amazonaws.com'}})
    red_tags = allow('sagemaker:AddTags', on=f'{RESOURCES}:training-job/j',
                     Condition={'StringEquals': {'aws:RequestTag/team': 'red'}})

    def attempt(user: str, statements: list[dict], tags: list[dict]):
        return lambda: cloud.user(user, statements)('sagemaker').create_training_job(**training_job('j', role, Tags=tags))

    assert f'iam:PassRole on resource: {role}' in refused(attempt('no-pass', [create], []))[1]
    assert f'iam:PassRole on resource: {role}' in refused(attempt('pass-to-others', [create, to_others], []))[1]
    assert 'perform: sagemaker:AddTags' in refused(attempt('no-tags', [create, to_sagemaker], TAGS))[1]
    blue = [{'Key': 'team', 'Value': 'blue'}]
    assert 'perform: sagemaker:AddTags' in refused(attempt('blue', [create, to_sagemaker, red_tags], blue))[1]
    assert not sagemaker.requests
    attempt('all-grants', [create, to_sagemaker, red_tags], TAGS)()
    assert len(sagemaker.requests) == 1


def test_an_endpoint_needs_its_configuration_as_well(cloud, sagemaker):
    sagemaker.answers['CreateEndpoint'] = lambda request: {'EndpointArn': f'{RESOURCES}:endpoint/e'}
    input = {'EndpointName': 'e', 'EndpointConfigName': 'Config'}
    endpoint = allow('sagemaker:CreateEndpoint', on=f'{RESOURCES}:endpoint/e')
    both = [endpoint, allow('sagemaker:CreateEndpoint', on=f'{RESOURCES}:endpoint-config/config')]
    _, message = refused(cloud.user('endpoint-only', [endpoint])('sagemaker').create_endpoint, **input)
    assert f'{RESOURCES}:endpoint-config/config' in message
    cloud.user('endpoint-and-config', both)('sagemaker').create_endpoint(**input)


def test_a_role_that_does_not_trust_sagemaker_is_refused(cloud, sagemaker):
    role = cloud.role('trusts-lambda', [], 'lambda.amazonaws.com')
    create = cloud.client('sagemaker').create_training_job
    code, message = refused(create, **training_job('j', role))
    assert code == 'ValidationException'
    assert message.startswith(f'Could not assume role {role}.')
    assert not sagemaker.requests


def test_no_detour_around_the_action(cloud, sagemaker):
    """A request is one operation to IAM and to local SageMaker: a target header or a query cannot make it two."""
    from botocore.auth import SigV4Auth
    from botocore.awsrequest import AWSRequest
    from botocore.httpsession import URLLib3Session

    client = cloud.user('lists-only', [allow('sagemaker:ListModels')])('sagemaker')
    for path, headers in (('/endpoints/e/invocations', {'X-Amz-Target': 'SageMaker.ListModels'}),
                          ('/endpoints/e/invocations?Action=ListModels', {}), ('/endpoints/e/%2e%2e', {}), ('/', {})):
        request = AWSRequest('POST', cloud.url + path, headers=headers, data=json.dumps({}))
        SigV4Auth(client._request_signer._credentials, 'sagemaker', REGION).add_auth(request)
        assert URLLib3Session(verify=str(cloud.certificate)).send(request.prepare()).status_code >= 400
    assert not sagemaker.requests


def test_local_sagemaker_that_is_down_is_unavailable(cloud, own_cloud, sagemaker):
    from .cloud import Cloud, free_port

    own_cloud.stop()
    down = Cloud(own_cloud.directory, f'http://127.0.0.1:{free_port()}')
    down.start()
    try:
        code, message = refused(down.client('sagemaker').list_models)
        assert code == 'ServiceUnavailable'
        assert 'local SageMaker at 127.0.0.1' in message
    finally:
        down.stop()
