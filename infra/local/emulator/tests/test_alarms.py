"""patches/alarms_wait_for_evaluator.py"""


def test_a_metric_does_not_decide_an_alarm(cloud):
    cloudwatch = cloud.client('cloudwatch')
    cloudwatch.put_metric_alarm(
        AlarmName='other-model', Namespace='N', MetricName='Drift', Statistic='Maximum', Period=60,
        EvaluationPeriods=1, Threshold=1, ComparisonOperator='GreaterThanOrEqualToThreshold',
        Dimensions=[{'Name': 'model', 'Value': 'a'}])
    cloudwatch.put_metric_data(Namespace='N', MetricData=[
        {'MetricName': 'Drift', 'Value': 1, 'Dimensions': [{'Name': 'model', 'Value': 'b'}]}])

    def state() -> str:
        return cloudwatch.describe_alarms(AlarmNames=['other-model'])['MetricAlarms'][0]['StateValue']

    assert state() == 'INSUFFICIENT_DATA'
    cloudwatch.set_alarm_state(AlarmName='other-model', StateValue='ALARM', StateReason='decided elsewhere')
    assert state() == 'ALARM'
