"""patches/metric_namespace.py: a role that may measure in one namespace."""

import pytest
from botocore.exceptions import ClientError

from .cloud import allow

MEASURED = [{'MetricName': 'Heartbeat', 'Value': 1}]


@pytest.fixture(scope='module')
def measuring(cloud):
    only = allow('cloudwatch:PutMetricData', Condition={'StringEquals': {'cloudwatch:namespace': 'ModelLoop'}})
    return cloud.user('measures', [only])('cloudwatch')


def test_the_namespace_that_is_allowed(measuring):
    measuring.put_metric_data(Namespace='ModelLoop', MetricData=MEASURED)


def test_another_namespace_is_denied(measuring):
    with pytest.raises(ClientError) as failure:
        measuring.put_metric_data(Namespace='Other', MetricData=MEASURED)
    assert failure.value.response['Error']['Code'] == 'AccessDeniedException'


def test_a_request_that_is_compressed(measuring):
    measuring.put_metric_data(Namespace='ModelLoop', MetricData=[
        {'MetricName': 'MonitorOverdue', 'Value': n, 'Dimensions': [{'Name': 'Model', 'Value': f'model-{n}'}]}
        for n in range(300)
    ])
