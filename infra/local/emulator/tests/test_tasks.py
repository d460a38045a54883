"""patches/sagemaker_tasks.py and patches/execution_context.py: SageMaker in a state machine."""

import json
import re

import pytest

from .cloud import ACCOUNT, REGION, allow, until
from .fake_sagemaker import ApiFailure, FakeSageMaker

RESOURCES = f'arn:aws:sagemaker:{REGION}:{ACCOUNT}'
SYNC = 'arn:aws:states:::sagemaker:createTrainingJob.sync'
MANAGED_RULE = f'arn:aws:events:{REGION}:{ACCOUNT}:rule/StepFunctionsGetEventsForSageMakerTrainingJobsRule'


@pytest.fixture(scope='module')
def training_role(cloud):
    return cloud.role('trains', [], 'sagemaker.amazonaws.com')


def grants(training_role: str, job: str = 'job-a') -> dict[str, dict]:
    """The least that a machine needs for a training job with tags."""
    on = f'{RESOURCES}:training-job/{job}'
    passed = {'StringEquals': {'iam:PassedToService': 'sagemaker.amazonaws.com'}}
    return {
        'create': allow('sagemaker:CreateTrainingJob', on=on), 'describe': allow('sagemaker:DescribeTrainingJob', on=on),
        'stop': allow('sagemaker:StopTrainingJob', on=on), 'tags': allow('sagemaker:AddTags', on=on),
        'pass': allow('iam:PassRole', on=training_role, Condition=passed),
        'rule': allow('events:PutTargets', 'events:PutRule', 'events:DescribeRule', on=MANAGED_RULE),
    }


@pytest.fixture(scope='module')
def least(cloud, training_role):
    return cloud.role('least', list(grants(training_role).values()))


def task(resource: str, parameters: dict, **fields) -> dict:
    """A machine of one task; what it catches ends in the state Caught."""
    return {'StartAt': 'Task', 'States': {
        'Task': {'Type': 'Task', 'Resource': resource, 'Parameters': parameters, 'End': True, **fields},
        'Caught': {'Type': 'Pass', 'End': True}}}


def job(training_role: str, **more) -> dict:
    return {'TrainingJobName': 'Job-A', 'RoleArn': training_role, 'Tags': [{'Key': 'k', 'Value': 'v'}], **more}


def ends_as(sagemaker: FakeSageMaker, *statuses: str, **members) -> None:
    """A training job that shows these states one after the other, the last for ever; Stop makes it Stopped."""
    left = list(statuses)
    stopped = []

    def describe(request):
        status = 'Stopped' if stopped else left.pop(0) if len(left) > 1 else left[0]
        return {'TrainingJobName': 'Job-A', 'TrainingJobStatus': status, 'CreationTime': 1700000000.25, **members}

    sagemaker.answers.update({
        'CreateTrainingJob': lambda request: {'TrainingJobArn': f'{RESOURCES}:training-job/job-a'},
        'DescribeTrainingJob': describe,
        'StopTrainingJob': lambda request: stopped.append(True) or {},
    })


def fails(code: str, message: str = 'message'):
    def fail(request):
        raise ApiFailure(code, message)

    return fail


def test_sync_waits_and_returns_the_description(cloud, sagemaker, training_role, least):
    ends_as(sagemaker, 'InProgress', 'InProgress', 'Completed', ModelArtifacts={'S3ModelArtifacts': 's3://m'})
    parameters = job(training_role, HyperParameters={'max_depth': '4'})
    execution = cloud.run(cloud.machine('sync', least, task(SYNC, parameters)))
    assert execution['status'] == 'SUCCEEDED', execution
    assert json.loads(execution['output']) == {
        'TrainingJobName': 'Job-A', 'TrainingJobStatus': 'Completed', 'CreationTime': 1700000000250,
        'ModelArtifacts': {'S3ModelArtifacts': 's3://m'}}
    [create] = sagemaker.asked('CreateTrainingJob')
    assert create.input == parameters
    assert len(sagemaker.asked('DescribeTrainingJob')) == 3


@pytest.mark.parametrize('status', ['Failed', 'Stopped'])
def test_a_job_that_fails_fails_the_task_with_its_description(cloud, sagemaker, training_role, least, status):
    ends_as(sagemaker, 'InProgress', status, FailureReason='AlgorithmError: out of luck')
    execution = cloud.run(cloud.machine(f'job-{status}', least, task(SYNC, job(training_role))))
    assert (execution['status'], execution['error']) == ('FAILED', 'States.TaskFailed')
    cause = json.loads(execution['cause'])
    assert (cause['TrainingJobStatus'], cause['FailureReason']) == (status, 'AlgorithmError: out of luck')


@pytest.mark.parametrize(('code', 'name'), [
    ('ResourceInUse', 'SageMaker.ResourceInUseException'),
    ('ResourceLimitExceeded', 'SageMaker.ResourceLimitExceededException'),
    ('ValidationException', 'SageMaker.AmazonSageMakerException'),
    ('ThrottlingException', 'SageMaker.AmazonSageMakerException'),
])
def test_api_errors_have_the_optimized_integrations_names(cloud, sagemaker, training_role, least, code, name):
    sagemaker.answers['CreateTrainingJob'] = fails(code, 'not now')
    execution = cloud.run(cloud.machine(f'error-{code}', least, task(SYNC, job(training_role))))
    assert (execution['status'], execution['error']) == ('FAILED', name)
    assert re.fullmatch(rf'not now \(Service: AmazonSageMaker; Status Code: 400; Error Code: {code}; .*\)', execution['cause'])


def test_errors_can_be_retried_and_caught(cloud, sagemaker, training_role, least):
    sagemaker.answers['CreateTrainingJob'] = fails('ResourceLimitExceeded')
    machine = cloud.machine('retries', least, task(
        SYNC, job(training_role),
        Retry=[{'ErrorEquals': ['SageMaker.ResourceLimitExceededException'], 'IntervalSeconds': 1, 'MaxAttempts': 2}],
        Catch=[{'ErrorEquals': ['SageMaker.ResourceLimitExceededException'], 'Next': 'Caught'}]))
    execution = cloud.run(machine)
    assert execution['status'] == 'SUCCEEDED'
    assert json.loads(execution['output'])['Error'] == 'SageMaker.ResourceLimitExceededException'
    assert len(sagemaker.asked('CreateTrainingJob')) == 3


@pytest.mark.parametrize(('missing', 'action'), [
    ('create', 'sagemaker:CreateTrainingJob'), ('describe', 'sagemaker:DescribeTrainingJob'),
    ('tags', 'sagemaker:AddTags'), ('pass', 'iam:PassRole'), ('rule', 'events:PutTargets'),
])
def test_a_missing_grant_of_the_machines_role_shows(cloud, sagemaker, training_role, missing, action):
    ends_as(sagemaker, 'Completed')
    rest = [grant for name, grant in grants(training_role).items() if name != missing]
    role = cloud.role(f'without-{missing}', rest)
    execution = cloud.run(cloud.machine(f'without-{missing}', role, task(SYNC, job(training_role))))
    assert (execution['status'], execution['error']) == ('FAILED', 'SageMaker.AmazonSageMakerException')
    assert f'assumed-role/without-{missing}/StepFunctions is not authorized to perform: {action} on' in execution['cause']
    assert 'Error Code: AccessDeniedException' in execution['cause']
    assert bool(sagemaker.asked('CreateTrainingJob')) == (missing == 'describe')


def test_stopping_the_execution_stops_the_job(cloud, sagemaker, training_role, least):
    ends_as(sagemaker, 'InProgress')
    arn = cloud.started(cloud.machine('stopped-job', least, task(
        SYNC, job(training_role), Retry=[{'ErrorEquals': ['States.ALL']}],
        Catch=[{'ErrorEquals': ['States.ALL'], 'Next': 'Caught'}])))
    until(lambda: sagemaker.asked('DescribeTrainingJob'), 'the job is polled')
    cloud.client('stepfunctions').stop_execution(executionArn=arn)
    until(lambda: sagemaker.asked('StopTrainingJob'), 'the job is told to stop')
    assert_no_more_polls(cloud, sagemaker, arn, 'ABORTED')


def test_a_task_that_times_out_stops_its_job(cloud, sagemaker, training_role, least):
    ends_as(sagemaker, 'InProgress')
    machine = cloud.machine('task-time-out', least, task(SYNC, job(training_role), TimeoutSeconds=1))
    arn = cloud.started(machine)
    assert cloud.ended(arn)['error'] == 'States.Timeout'
    until(lambda: sagemaker.asked('StopTrainingJob'), 'the job is told to stop')
    assert_no_more_polls(cloud, sagemaker, arn, 'FAILED')


def test_a_job_in_a_map_stops_with_the_execution(cloud, sagemaker, training_role, least):
    """Neither the Map's Retry nor its further items start anything once the execution has been stopped."""
    ends_as(sagemaker, 'InProgress')
    inner = task(SYNC, job(training_role))
    del inner['States']['Caught']
    arn = cloud.started(cloud.machine('map', least, {'StartAt': 'Map', 'States': {'Map': {
        'Type': 'Map', 'ItemsPath': '$.items', 'MaxConcurrency': 1, 'End': True, 'ItemProcessor': inner,
        'Retry': [{'ErrorEquals': ['States.ALL'], 'MaxAttempts': 3}]}}}), {'items': [1, 2, 3]})
    until(lambda: sagemaker.asked('DescribeTrainingJob'), 'the job is polled')
    cloud.client('stepfunctions').stop_execution(executionArn=arn)
    until(lambda: sagemaker.asked('StopTrainingJob'), 'the job is told to stop')
    assert_no_more_polls(cloud, sagemaker, arn, 'ABORTED')


def assert_no_more_polls(cloud, sagemaker, arn: str, status: str) -> None:
    """A whole other job, which takes several polls' time, runs without any poll of the first."""
    polls, creations = len(sagemaker.asked('DescribeTrainingJob')), len(sagemaker.asked('CreateTrainingJob'))
    left = ['InProgress', 'InProgress', 'InProgress', 'Completed']
    sagemaker.answers.update({
        'CreateTransformJob': lambda request: {'TransformJobArn': 'arn'},
        'DescribeTransformJob': lambda request: {'TransformJobName': 'other', 'TransformJobStatus': left.pop(0)},
    })
    role = cloud.role(f'other-{arn[-12:]}', [allow('*')])
    other = cloud.run(cloud.machine(f'other-{arn[-12:]}', role, task(
        'arn:aws:states:::sagemaker:createTransformJob.sync', {'TransformJobName': 'other'})))
    assert other['status'] == 'SUCCEEDED', other
    assert len(sagemaker.asked('DescribeTrainingJob')) == polls
    assert len(sagemaker.asked('CreateTrainingJob')) == creations == 1
    assert len(sagemaker.asked('StopTrainingJob')) == 1
    assert cloud.ended(arn)['status'] == status


def test_the_role_of_the_start_counts(cloud, sagemaker, training_role, least):
    """An update of the machine does not change an execution that runs."""
    ends_as(sagemaker, 'InProgress')
    machine = cloud.machine('updated', least, task(SYNC, job(training_role)))
    arn = cloud.started(machine)
    until(lambda: sagemaker.asked('DescribeTrainingJob'), 'the job is polled')
    cloud.client('stepfunctions').update_state_machine(
        stateMachineArn=machine, roleArn=cloud.role('can-nothing', []))
    ends_as(sagemaker, 'InProgress', 'InProgress', 'Completed')
    assert cloud.ended(arn)['status'] == 'SUCCEEDED'
    assert cloud.run(machine)['error'] == 'SageMaker.AmazonSageMakerException'


def test_sdk_integration_calls_and_shapes(cloud, sagemaker):
    sagemaker.answers['DescribeEndpoint'] = lambda request: {
        'EndpointName': 'e', 'EndpointStatus': 'InService', 'CreationTime': 1700000000.25, 'FailureReason': None}
    role = cloud.role('describes', [allow('sagemaker:DescribeEndpoint', on=f'{RESOURCES}:endpoint/e')])
    machine = cloud.machine('sdk', role, task('arn:aws:states:::aws-sdk:sagemaker:describeEndpoint', {'EndpointName': 'e'}))
    execution = cloud.run(machine)
    assert json.loads(execution['output']) == {
        'EndpointName': 'e', 'EndpointStatus': 'InService', 'CreationTime': '2023-11-14T22:13:20.250Z'}
    assert sagemaker.requests[-1].input == {'EndpointName': 'e'}


def test_sdk_integration_errors(cloud, sagemaker, training_role):
    role = cloud.role('sdk-errors', [allow('sagemaker:*')])
    resource = 'arn:aws:states:::aws-sdk:sagemaker:'

    def error(operation: str, parameters: dict) -> tuple[str, str]:
        execution = cloud.run(cloud.machine(f'sdk-{operation}', role, task(resource + operation, parameters)))
        return execution['error'], execution['cause']

    sagemaker.answers['DescribeEndpoint'] = fails('ValidationException', 'Could not find endpoint')
    name, cause = error('describeEndpoint', {'EndpointName': 'e'})
    assert name == 'SageMaker.SageMakerException'
    assert cause.startswith('Could not find endpoint (Service: SageMaker, Status Code: 400, Request ID: ')
    sagemaker.answers['CreateEndpoint'] = fails('ResourceLimitExceeded')
    assert error('createEndpoint', {'EndpointName': 'e', 'EndpointConfigName': 'c'})[0] == \
        'SageMaker.ResourceLimitExceededException'
    name, cause = error('createModel', {'ModelName': 'm', 'ExecutionRoleArn': training_role})
    assert (name, 'iam:PassRole' in cause) == ('SageMaker.SageMakerException', True)


@pytest.mark.parametrize('resource', [
    'arn:aws:states:::sagemaker:createProcessingJob.sync', 'arn:aws:states:::sagemaker:createModel.sync',
    'arn:aws:states:::aws-sdk:sagemaker:describeNonsense', 'arn:aws:states:::aws-sdk:sagemaker:createTrainingJob.sync',
])
def test_what_is_missing_is_refused_by_name(cloud, sagemaker, least, resource):
    machine = cloud.machine(re.sub(r'\W+', '-', resource)[-60:], least, task(resource, {}))
    execution = cloud.run(machine)
    assert (execution['status'], execution['error']) == ('FAILED', 'States.Runtime')
    assert resource in execution['cause']
    assert not sagemaker.requests
