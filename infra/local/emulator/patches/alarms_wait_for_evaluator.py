"""Alarms are not decided when a metric is put.

MiniStack: PutMetricData and PutMetricAlarm evaluate alarms at once, ignoring dimensions, missing data and
DatapointsToAlarm, so that model b's metric pages model a.
AWS: alarms are evaluated on a schedule, over the metric's own dimensions.
Here: an alarm keeps its state until SetAlarmState, which a local evaluator calls by AWS's documented rules.
"""

from emulator.patching import wrap


def apply() -> None:
    wrap('ministack.services.cloudwatch', '_evaluate_alarm', 'alarm', lambda original: lambda alarm: None)
