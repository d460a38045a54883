"""How executions go: patches/{closed_executions,machine_timeout,catch_all_limits,lambda_error_type,lambda_machine_role}.py"""

import json

import pytest

from .cloud import REGION, allow, until
from .functions import create_function, trusted_by_lambda


@pytest.fixture(scope='module')
def functions(cloud):
    """A function that does what its input says: returns it, throws an error of that name, or waits and throws."""
    code = '''
exports.handler = async ({ throws, milliseconds = 0, ...rest }) => {
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
  if (throws) throw Object.assign(new Error('because'), { name: throws });
  return rest;
};'''
    return create_function(cloud, 'obedient', code, trusted_by_lambda(cloud, 'obedient'))


@pytest.fixture(scope='module')
def role(cloud, functions):
    return cloud.role('machines', [allow('lambda:InvokeFunction', on=functions)])


def invoke(function: str, **fields) -> dict:
    return {'Type': 'Task', 'Resource': function, 'End': True, **fields}


def machine_of(state: dict, **others: dict) -> dict:
    return {'StartAt': 'First', 'States': {'First': state, **others}}


def test_an_error_thrown_by_node_keeps_its_name(cloud, functions, role):
    execution = cloud.run(cloud.machine('throws', role, machine_of(invoke(functions))), {'throws': 'OutOfTune'})
    assert (execution['status'], execution['error']) == ('FAILED', 'OutOfTune')
    cause = json.loads(execution['cause'])
    assert (cause['errorType'], cause['errorMessage']) == ('OutOfTune', 'because')
    assert any('index.js' in line for line in cause['trace'])


def test_an_error_thrown_by_node_is_caught_by_name(cloud, functions, role):
    machine = cloud.machine('catches', role, machine_of(
        invoke(functions, Catch=[{'ErrorEquals': ['OutOfTune'], 'Next': 'Caught', 'ResultPath': '$.error'}]),
        Caught={'Type': 'Pass', 'End': True}))
    execution = cloud.run(machine, {'throws': 'OutOfTune'})
    assert execution['status'] == 'SUCCEEDED'
    assert json.loads(execution['output'])['error']['Error'] == 'OutOfTune'


def test_a_machine_needs_a_grant_for_its_functions(cloud, functions):
    machine = cloud.machine('no-grant', cloud.role('no-lambda', [allow('lambda:*', on=f'{functions}x')]),
                            machine_of(invoke(functions)))
    execution = cloud.run(machine)
    assert (execution['status'], execution['error']) == ('FAILED', 'Lambda.AWSLambdaException')
    assert f'is not authorized to perform: lambda:InvokeFunction on resource: {functions} ' in execution['cause']


def test_a_machine_times_out_past_its_catch(cloud, functions, role):
    definition = machine_of(invoke(functions, Catch=[{'ErrorEquals': ['States.ALL'], 'Next': 'Caught'}]),
                            Caught={'Type': 'Succeed'})
    machine = cloud.machine('times-out', role, {**definition, 'TimeoutSeconds': 1})
    arn = cloud.started(machine, {'throws': 'TooLate', 'milliseconds': 2000})
    assert cloud.ended(arn)['status'] == 'TIMED_OUT'
    assert_stays(cloud, arn, 'TIMED_OUT')


def test_a_stopped_execution_stays_stopped(cloud, functions, role):
    arn = cloud.started(cloud.machine('stopped', role, machine_of(invoke(functions))),
                        {'throws': 'TooLate', 'milliseconds': 2000})
    until(lambda: 'TaskScheduled' in history(cloud, arn), 'the task has begun')
    cloud.client('stepfunctions').stop_execution(executionArn=arn, error='Enough', cause='of it')
    assert_stays(cloud, arn, 'ABORTED')
    execution = cloud.ended(arn)
    assert (execution['error'], execution['cause']) == ('Enough', 'of it')


def history(cloud, arn: str) -> list[str]:
    """The types of the execution's events so far."""
    events = cloud.client('stepfunctions').get_execution_history(executionArn=arn)['events']
    return [event['type'] for event in events]


def assert_stays(cloud, arn: str, status: str) -> None:
    """The task's late failure is in the history, and changed nothing."""
    until(lambda: 'TaskFailed' in history(cloud, arn), 'the task has failed')
    assert cloud.ended(arn)['status'] == status
    assert 'ExecutionFailed' not in history(cloud, arn)


def test_catch_all_misses_runtime_errors(cloud, role):
    missing = {'Type': 'Task', 'Resource': 'arn:aws:states:::sagemaker:createNothing', 'End': True,
               'Catch': [{'ErrorEquals': ['States.ALL'], 'Next': 'Caught'}]}
    execution = cloud.run(cloud.machine('runtime-error', role, machine_of(missing, Caught={'Type': 'Succeed'})))
    assert (execution['status'], execution['error']) == ('FAILED', 'States.Runtime')
    assert 'arn:aws:states:::sagemaker:createNothing' in execution['cause']


def test_every_end_is_told_on_the_default_bus(cloud, role):
    sqs, events = cloud.client('sqs'), cloud.client('events')
    policy = {'Statement': [{'Effect': 'Allow', 'Principal': {'Service': 'events.amazonaws.com'},
                             'Action': 'sqs:SendMessage', 'Resource': '*'}]}
    queue = sqs.create_queue(QueueName='ends', Attributes={'Policy': json.dumps(policy)})['QueueUrl']
    waits = machine_of({'Type': 'Wait', 'Seconds': 600, 'End': True})
    fails = cloud.machine('ends-failed', role, machine_of({'Type': 'Fail', 'Error': 'E'}))
    times_out = cloud.machine('ends-timed-out', role, {**waits, 'TimeoutSeconds': 1})
    stopped = cloud.machine('ends-aborted', role, waits)
    machines = [fails, times_out, stopped]
    events.put_rule(Name='ends', EventPattern=json.dumps({
        'source': ['aws.states'], 'detail-type': ['Step Functions Execution Status Change'],
        'detail': {'status': ['FAILED', 'TIMED_OUT', 'ABORTED'], 'stateMachineArn': machines}}))
    events.put_targets(Rule='ends', Targets=[{'Id': 'q', 'Arn': f'arn:aws:sqs:{REGION}:000000000000:ends'}])
    aborted = cloud.started(stopped)
    cloud.client('stepfunctions').stop_execution(executionArn=aborted)
    expected = {aborted: 'ABORTED', cloud.started(fails): 'FAILED', cloud.started(times_out): 'TIMED_OUT'}
    told = {}
    while told.keys() != expected.keys():
        for message in sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=5)['Messages']:
            detail = json.loads(message['Body'])['detail']
            told[detail['executionArn']] = detail['status']
            assert detail['stateMachineArn'] in machines
            assert detail['name'] == detail['executionArn'].rsplit(':', 1)[1]
    assert told == expected


def test_what_the_machines_use(cloud, functions, role):
    """Both Lambda integrations, Choice, Wait, Map with ItemsPath, paths, selectors, intrinsics and the context object."""
    each = {'StartAt': 'Each', 'States': {'Each': {
        'Type': 'Task', 'Resource': 'arn:aws:states:::lambda:invoke', 'End': True,
        'Parameters': {'FunctionName': functions, 'Payload': {'item.$': '$.value', 'index.$': '$.index'}},
        'ResultSelector': {'both.$': "States.Format('{}-{}', $.Payload.index, $.Payload.item)"}}}}
    machine = cloud.machine('everything', role, {'StartAt': 'Wait', 'States': {
        'Wait': {'Type': 'Wait', 'Seconds': 2, 'Next': 'Call'},
        'Call': {'Type': 'Task', 'Resource': functions, 'Next': 'Choose', 'ResultPath': '$.called',
                 'Parameters': {'name.$': "States.Format('run-{}', $$.Execution.Name)", 'n.$': '$.n'},
                 'ResultSelector': {'name.$': '$.name'}},
        'Choose': {'Type': 'Choice', 'Default': 'Wrong', 'Choices': [
            {'Variable': '$.n', 'NumericGreaterThan': 1, 'Next': 'Map'}]},
        'Wrong': {'Type': 'Fail', 'Error': 'Wrong'},
        'Map': {'Type': 'Map', 'ItemsPath': '$.items', 'MaxConcurrency': 2, 'ResultPath': '$.mapped', 'End': True,
                'ItemSelector': {'value.$': '$$.Map.Item.Value', 'index.$': '$$.Map.Item.Index'},
                'ItemProcessor': {'ProcessorConfig': {'Mode': 'INLINE'}, **each}}}})
    execution = cloud.run(machine, {'n': 2, 'items': ['a', 'b', 'c']})
    assert execution['status'] == 'SUCCEEDED', execution
    output = json.loads(execution['output'])
    assert output['called'] == {'name': f'run-{execution["name"]}'}
    assert [item['both'] for item in output['mapped']] == ['0-a', '1-b', '2-c']
