"""A service that assumes a role says for which account it does so.

MiniStack: the account's root stands in for every AWS service in trust policies, but without the keys that a service brings, so a
trust policy that insists on aws:SourceAccount (against the confused deputy) lets nobody in.
AWS: SageMaker's AssumeRole carries aws:SourceAccount, the account whose job or endpoint it works for.
"""

import dataclasses

from emulator.patching import wrap


def apply() -> None:
    wrap('ministack.core.iam_evaluator', 'evaluate_trust_policy', 'trust_doc caller_arn ctx', _with_source_account)


def _with_source_account(original):
    def evaluate(trust_doc, caller_arn, ctx=None):
        if ctx is not None and caller_arn.endswith(':root'):
            keys = {'aws:sourceaccount': ctx.principal_account, **ctx.service_context}
            ctx = dataclasses.replace(ctx, service_context=keys)
        return original(trust_doc, caller_arn, ctx)

    return evaluate
