"""How Step Functions names SageMaker's errors.

The optimized integrations (states:::sagemaker:…) show AWS SDK for Java 1 names, the SDK integrations
(states:::aws-sdk:sagemaker:…) those of version 2: an error that the API model declares for the operation becomes
SageMaker.<Shape>Exception in both; whatever it does not declare (ValidationException, AccessDeniedException,
ThrottlingException) becomes SageMaker.AmazonSageMakerException or SageMaker.SageMakerException. The cause holds the code.
"""

from dataclasses import dataclass
from uuid import uuid4

from .local import ApiError


@dataclass(frozen=True)
class Integration:
    """One of the two ways in which a state machine calls SageMaker."""

    undeclared: str
    cause: str

    def name_and_cause(self, error: ApiError, declared: set[str]) -> tuple[str, str]:
        known = error.code in declared
        name = f'SageMaker.{_as_java_class(error.code)}' if known else self.undeclared
        return name, self.cause.format(message=error.message, status=error.status, code=error.code, request=uuid4())


OPTIMIZED = Integration(
    'SageMaker.AmazonSageMakerException',
    '{message} (Service: AmazonSageMaker; Status Code: {status}; Error Code: {code}; Request ID: {request}; Proxy: null)')
SDK = Integration(
    'SageMaker.SageMakerException',
    '{message} (Service: SageMaker, Status Code: {status}, Request ID: {request})')


def _as_java_class(code: str) -> str:
    return code if code.endswith('Exception') else f'{code}Exception'
