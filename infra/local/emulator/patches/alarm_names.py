"""Describing and deleting alarms can be allowed for some of them only.

MiniStack: the resource of DescribeAlarms and DeleteAlarms is '*', so a policy that names alarms allows neither.
AWS: the alarm is their resource (service authorization reference, Amazon CloudWatch).
Here: the one alarm that is named. Several at once, which AWS checks one by one, stay '*': ask for one at a time.
"""

import json

from emulator.patching import wrap

PARAMETERS = 'service method path headers body query_params region account_id'


def apply() -> None:
    wrap('ministack.core.iam_actions', 'extract_resource_arn', PARAMETERS, _of_named_alarm)


def _of_named_alarm(original):
    def resource(service, method, path, headers, body, query_params, region, account_id):
        names = _alarm_names(body, query_params) if service == 'monitoring' else []
        if len(names) == 1:
            return f'arn:aws:cloudwatch:{region}:{account_id}:alarm:{names[0]}'
        return original(service, method, path, headers, body, query_params, region, account_id)

    return resource


def _alarm_names(body: bytes, query_params: dict) -> list[str]:
    """In either protocol that is spoken here, JSON or Query."""
    if body and body.startswith(b'{'):
        names = json.loads(body).get('AlarmNames')
        return [name for name in names if isinstance(name, str)] if isinstance(names, list) else []
    values = (value for name, value in query_params.items() if name.startswith('AlarmNames.member.'))
    return [value[0] if isinstance(value, list) else value for value in values]
