"""Every patch, in the order in which they are applied. Each module says what MiniStack does, and what AWS does."""

from emulator.patching import require_pinned_version
from emulator.settings import Settings

from . import (
    alarm_names,
    alarms_wait_for_evaluator,
    catch_all_limits,
    closed_executions,
    execution_context,
    interrupted_executions,
    lambda_error_type,
    lambda_machine_role,
    machine_timeout,
    messages_in_flight,
    metric_namespace,
    metrics_without_dimensions,
    prompt_shutdown,
    queue_age,
    s3_events,
    sagemaker_gateway,
    sagemaker_tasks,
    service_source_account,
    single_port,
)


def apply(settings: Settings) -> None:
    """Raises patching.Misfit when the installed MiniStack is not the one that the patches fit."""
    require_pinned_version()
    single_port.apply()
    prompt_shutdown.apply()
    s3_events.apply()
    alarms_wait_for_evaluator.apply()
    alarm_names.apply()
    metrics_without_dimensions.apply()
    metric_namespace.apply()
    queue_age.apply()
    messages_in_flight.apply()
    lambda_error_type.apply()
    closed_executions.apply()
    machine_timeout.apply()
    catch_all_limits.apply()
    execution_context.apply()
    interrupted_executions.apply()
    lambda_machine_role.apply()
    service_source_account.apply()
    sagemaker_gateway.apply(settings)
    sagemaker_tasks.apply(settings)
