"""PutMetricData can be allowed for one namespace only.

MiniStack: the request carries no condition keys, so a policy that insists on cloudwatch:namespace allows nothing.
AWS: cloudwatch:namespace is the namespace of the request; it is the only way to limit PutMetricData, which knows no resources.
"""

import json
from urllib.parse import parse_qs

from emulator.patching import wrap


def apply() -> None:
    wrap('ministack.core.iam_actions', 'request_tag_context', 'service iam_action body', _with_namespace)


def _with_namespace(original):
    def context(service, iam_action, body, *rest, **named):
        keys = original(service, iam_action, body, *rest, **named)
        if iam_action != 'cloudwatch:PutMetricData':
            return keys
        namespace = _namespace(body or b'')
        return {**keys, 'cloudwatch:namespace': namespace} if isinstance(namespace, str) else keys

    return context


def _namespace(body: bytes) -> object:
    """The member in either protocol that is spoken here, JSON or Query; None where there is none."""
    if body.startswith(b'{'):
        return json.loads(body).get('Namespace')
    return parse_qs(body.decode('utf-8', 'replace')).get('Namespace', [None])[0]
