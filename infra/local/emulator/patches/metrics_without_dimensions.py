"""A metric without dimensions is a metric of its own.

MiniStack: GetMetricData and GetMetricStatistics without dimensions add up the metric over all dimensions.
AWS: "each unique combination of dimensions is a separate metric", and no dimensions are such a combination too.
"""

from emulator.patching import wrap


class Exact(dict):
    """Dimensions that are looked up even when there are none: MiniStack takes "falsy" for "any"."""

    def __bool__(self) -> bool:
        return True


def apply() -> None:
    wrap('ministack.services.cloudwatch', '_dims_from_list', 'dimensions',
         lambda original: lambda dimensions: Exact(original(dimensions)))
