"""The hyperparameters that a candidate may set, with their defaults and limits. Anything else is refused by name."""

import argparse
from dataclasses import dataclass


class HyperparameterError(ValueError):
    """A hyperparameter that does not exist, or has a value that it cannot have."""


@dataclass(frozen=True)
class Limit:
    type: type
    default: float
    low: float
    high: float


# Names and meanings are XGBoost's own; num_round and early_stopping_rounds are arguments of xgboost.train.
HYPERPARAMETERS = {
    "num_round": Limit(int, 500, 1, 100_000),
    "early_stopping_rounds": Limit(int, 30, 1, 10_000),
    "eta": Limit(float, 0.1, 1e-6, 1),
    "max_depth": Limit(int, 6, 1, 32),
    "min_child_weight": Limit(float, 1, 0, 1e9),
    "gamma": Limit(float, 0, 0, 1e9),
    "subsample": Limit(float, 1, 1e-3, 1),
    "colsample_bytree": Limit(float, 1, 1e-3, 1),
    "lambda": Limit(float, 1, 0, 1e9),
    "alpha": Limit(float, 0, 0, 1e9),
    "max_bin": Limit(int, 256, 2, 65_536),
    "max_cat_to_onehot": Limit(int, 4, 1, 10_000),
    "max_cat_threshold": Limit(int, 64, 1, 10_000),
    "max_delta_step": Limit(float, 0, 0, 1e9),
    "scale_pos_weight": Limit(float, 1, 1e-9, 1e9),
    "seed": Limit(int, 0, 0, 2**31 - 1),
}
NOT_FOR_BOOSTER = ("num_round", "early_stopping_rounds")


class _Parser(argparse.ArgumentParser):
    def error(self, message):
        raise HyperparameterError(message)


def parse_hyperparameters(arguments):
    """`--max_depth 4 …`, as the training container passes them. Raises HyperparameterError."""
    parser = _Parser(prog="train", allow_abbrev=False, add_help=False)
    for name in HYPERPARAMETERS:
        parser.add_argument(f"--{name}", dest=name)
    given, unknown = parser.parse_known_args(arguments)
    if unknown:
        name = unknown[0].split("=")[0].lstrip("-")
        raise HyperparameterError(f"hyperparameter {name} is not known; known are {', '.join(sorted(HYPERPARAMETERS))}")
    return {name: _value(name, getattr(given, name)) for name in HYPERPARAMETERS}


def _value(name, text):
    limit = HYPERPARAMETERS[name]
    if text is None:
        return limit.default
    try:
        number = float(text)
    except ValueError:
        raise HyperparameterError(f"hyperparameter {name} is {text!r}, which is not a number") from None
    if limit.type is int and number != int(number if abs(number) < 2**53 else 0):
        raise HyperparameterError(f"hyperparameter {name} is {text}, which is not an integer")
    if not limit.low <= number <= limit.high:
        raise HyperparameterError(f"hyperparameter {name} is {text}: it must be from {limit.low:g} to {limit.high:g}")
    return limit.type(number)
