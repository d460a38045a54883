"""patches/alarm_names.py: a role that may describe and delete some alarms."""

import pytest
from botocore.exceptions import ClientError

from .cloud import ACCOUNT, REGION, allow


def put(client, name):
    client.put_metric_alarm(AlarmName=name, Namespace='n', MetricName='m', Statistic='Sum', Period=60, Threshold=1,
                            EvaluationPeriods=1, ComparisonOperator='GreaterThanThreshold')


@pytest.fixture(scope='module')
def watching(cloud):
    for name in ('ours.a', 'ours.b', 'theirs.a'):
        put(cloud.client('cloudwatch'), name)
    ours = f'arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:ours.*'
    actions = ('cloudwatch:DescribeAlarms', 'cloudwatch:DeleteAlarms', 'cloudwatch:PutMetricAlarm')
    return cloud.user('watches', [allow(*actions, on=ours)])('cloudwatch')


def names(client, *asked):
    return [alarm['AlarmName'] for alarm in client.describe_alarms(AlarmNames=list(asked))['MetricAlarms']]


def test_those_that_are_allowed(watching, cloud):
    put(watching, 'ours.c')
    assert names(watching, 'ours.a') == ['ours.a']
    watching.delete_alarms(AlarmNames=['ours.b'])
    assert names(cloud.client('cloudwatch'), 'ours.b') == []


@pytest.mark.parametrize('call', [
    lambda client: client.describe_alarms(AlarmNames=['theirs.a']),
    lambda client: client.describe_alarms(),
    lambda client: client.delete_alarms(AlarmNames=['theirs.a']),
    lambda client: put(client, 'theirs.b'),
])
def test_others_are_denied(watching, call):
    with pytest.raises(ClientError) as failure:
        call(watching)
    assert failure.value.response['Error']['Code'] == 'AccessDeniedException'
