"""patches/metrics_without_dimensions.py"""

from datetime import UTC, datetime, timedelta


def test_a_metric_without_dimensions_is_one_of_its_own(cloud):
    cloudwatch = cloud.client('cloudwatch')
    now = datetime.now(UTC)
    cloudwatch.put_metric_data(Namespace='Exact', MetricData=[
        {'MetricName': 'Beats', 'Value': 1},
        {'MetricName': 'Beats', 'Value': 5, 'Dimensions': [{'Name': 'model', 'Value': 'a'}]}])

    def total(dimensions: list[dict]) -> list[float]:
        stat = {'Metric': {'Namespace': 'Exact', 'MetricName': 'Beats', 'Dimensions': dimensions}, 'Period': 3600,
                'Stat': 'Sum'}
        return cloudwatch.get_metric_data(
            MetricDataQueries=[{'Id': 'q', 'MetricStat': stat}], StartTime=now - timedelta(hours=1),
            EndTime=now + timedelta(hours=1))['MetricDataResults'][0]['Values']

    assert total([]) == [1]
    assert total([{'Name': 'model', 'Value': 'a'}]) == [5]
    statistics = cloudwatch.get_metric_statistics(
        Namespace='Exact', MetricName='Beats', StartTime=now - timedelta(hours=1), EndTime=now + timedelta(hours=1),
        Period=3600, Statistics=['Sum'])
    assert [point['Sum'] for point in statistics['Datapoints']] == [1]
