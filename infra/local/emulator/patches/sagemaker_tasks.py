"""SageMaker as a task of a state machine.

MiniStack: refuses states:::sagemaker:… and aws-sdk:sagemaker:… as not implemented.
AWS: calls SageMaker with the machine's role; .sync waits for the job, and stops it when the execution is stopped.
"""

from emulator.patching import symbol
from emulator.permissions import check_fit
from emulator.sagemaker.local import LocalSageMaker
from emulator.sagemaker.tasks import OPTIMIZED_PREFIX, SDK_PREFIX, Tasks
from emulator.settings import Settings


def apply(settings: Settings) -> None:
    check_fit()
    symbol('ministack.core.responses', '_service_model', 'service')
    tasks = Tasks(LocalSageMaker(settings))
    dispatch = symbol('ministack.services.stepfunctions', '_SERVICE_DISPATCH')
    dispatch[OPTIMIZED_PREFIX] = tasks.optimized
    dispatch[SDK_PREFIX] = tasks.sdk
