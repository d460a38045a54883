"""SageMaker at the emulator's own endpoint.

MiniStack: has no SageMaker; a request signed for it is answered "Unsupported service".
AWS: control plane (JSON 1.1) and runtime (REST) share the signing name "sagemaker".
Here: both are routed to local SageMaker behind MiniStack's TLS, signature check and IAM, so that a client needs one
endpoint for everything.
"""

from emulator.patching import symbol, wrap
from emulator.permissions import check_fit
from emulator.sagemaker import operations
from emulator.sagemaker.gateway import SERVICE, handler
from emulator.sagemaker.local import LocalSageMaker
from emulator.settings import Settings

ACTIONS = 'ministack.core.iam_actions'


def apply(settings: Settings) -> None:
    check_fit()
    symbol('ministack.core.iam_evaluator', 'enforce',
           'access_key_id iam_action service region resource_arn service_context')
    symbol('ministack.core.router', 'extract_access_key_id', 'headers')
    symbol('ministack.core.router', 'SERVICE_PATTERNS')[SERVICE] = {'target_prefixes': [operations.TARGET_PREFIX]}
    symbol('ministack.app', 'SERVICE_HANDLERS')[SERVICE] = handler(LocalSageMaker(settings))
    wrap(ACTIONS, 'extract_iam_action', 'service method path headers body query_params', _action)
    wrap(ACTIONS, 'extract_resource_arn', 'service method path headers body query_params region account_id', _resource)
    wrap(ACTIONS, 'access_denied_response', 'service action principal_arn request_id', _naming_the_resource)


def _action(original):
    def extract(service, method, path, headers, body, query_params):
        if service != SERVICE:
            return original(service, method, path, headers, body, query_params)
        operation = operations.parse(method, path, headers, body)
        return operation and operation.action

    return extract


def _resource(original):
    def extract(service, method, path, headers, body, query_params, region, account_id):
        operation = operations.parse(method, path, headers, body) if service == SERVICE else None
        if operation is None:
            return original(service, method, path, headers, body, query_params, region, account_id)
        return operations.resource_arn(operation, region, account_id)

    return extract


def _naming_the_resource(original):
    """SageMaker's refusals name the resource, and are HTTP 400."""
    def respond(service, action, principal_arn, request_id, **options):
        if service != SERVICE or options.get('error_code'):
            return original(service, action, principal_arn, request_id, **options)
        from ministack.core.iam_actions import identity_denial_message

        options['message'] = identity_denial_message(
            action, principal_arn, options.get('resource_arn', '*'), options.get('explicit_deny', False))
        _, headers, body = original(service, action, principal_arn, request_id, **options)
        return 400, headers, body

    return respond
