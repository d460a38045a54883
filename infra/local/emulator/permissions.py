"""Whether a role may do something: its policies, boundary and trust, decided by MiniStack's own IAM evaluator."""

import json
from dataclasses import dataclass, field
from typing import Any

from .patching import symbol

EVALUATOR = 'ministack.core.iam_evaluator'
SESSION = 'StepFunctions'


@dataclass(frozen=True)
class Permission:
    """One line of a policy that a caller needs: an action on a resource, with the request's own condition keys."""

    action: str
    resource: str
    context: dict[str, Any] = field(default_factory=dict)


def check_fit() -> None:
    """Raises Misfit when the evaluator is not the one that this module calls."""
    symbol(EVALUATOR, 'evaluate', 'ctx policies limits')
    symbol(EVALUATOR, '_gather_role_policies', 'role_name account_id')
    symbol(EVALUATOR, '_permissions_boundary', 'store name account_id')
    symbol(EVALUATOR, '_service_principal_matches', 'principal service')
    symbol(EVALUATOR, 'EvalContext', 'principal_arn principal_type principal_account action resource_arn region')
    symbol('ministack.core.iam_actions', 'identity_denial_message', 'action principal_arn resource explicit_deny')


def role_denial(role_arn: str, permission: Permission) -> str | None:
    """AWS's message when the role lacks the permission, None when it has it."""
    from ministack.core import iam_evaluator as iam
    from ministack.core.iam_actions import identity_denial_message
    from ministack.core.responses import get_region
    from ministack.services.iam import _roles

    account, name = role_arn.split(':')[4], role_arn.rpartition('/')[2]
    caller = f'arn:aws:sts::{account}:assumed-role/{name}/{SESSION}'
    context = {'aws:tagkeys': None, **{key.lower(): value for key, value in permission.context.items()}}
    result = iam.evaluate(
        iam.EvalContext(caller, 'AssumedRole', account, permission.action, permission.resource, get_region(),
                        secure_transport=True, service_context=context),
        iam._gather_role_policies(name, account),
        *iam._permissions_boundary(_roles, name, account))
    if result.decision == 'Allow':
        return None
    return identity_denial_message(permission.action, caller, permission.resource, result.decision == 'Deny')


def trusts(role_arn: str, service: str) -> bool:
    """Whether the role exists and its trust policy lets the service (such as sagemaker.amazonaws.com) assume it."""
    from ministack.core.iam_evaluator import _service_principal_matches
    from ministack.services.iam import _roles

    role = _roles.get_scoped(role_arn.split(':')[4], None, role_arn.rpartition('/')[2])
    document = (role or {}).get('AssumeRolePolicyDocument') or {}
    document = json.loads(document) if isinstance(document, str) else document
    statements = document.get('Statement', [])
    for statement in [statements] if isinstance(statements, dict) else statements:
        if statement.get('Effect') == 'Allow' and _service_principal_matches(statement.get('Principal'), service):
            return True
    return False
