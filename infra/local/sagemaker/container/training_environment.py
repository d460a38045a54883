"""What the user's program is given: hyperparameters as arguments, and the SM_* variables."""

import json
import os

from local_container import base_path


def read_config(name):
    with open(base_path("input", "config", name)) as file:
        return json.load(file)


def decode(value):
    """Hyperparameters travel as strings; what is JSON is decoded, what is not stays a string."""
    try:
        return json.loads(value)
    except ValueError:
        return value


def arguments(hyperparameters):
    """--name value, by name; a one-letter name takes one hyphen; a mapping is written a=1,b=2."""
    found = []
    for name in sorted(hyperparameters):
        value = hyperparameters[name]
        if isinstance(value, dict):
            value = ",".join(f"{key}={item}" for key, item in sorted(value.items()))
        found += [("-" if len(name) == 1 else "--") + name, "" if value is None else str(value)]
    return found


def environment(hyperparameters, framework, program):
    resources = read_config("resourceconfig.json")
    channels = read_config("inputdataconfig.json")
    facts = {
        "hosts": resources["hosts"],
        "current_host": resources["current_host"],
        "network_interface_name": resources["network_interface_name"],
        "hps": hyperparameters,
        "framework_params": framework,
        "user_args": arguments(hyperparameters),
        "user_entry_point": program,
        "module_name": program.removesuffix(".py"),
        "module_dir": base_path("code"),
        "resource_config": resources,
        "input_data_config": channels,
        "channels": sorted(channels),
        "input_dir": base_path("input"),
        "input_config_dir": base_path("input", "config"),
        "model_dir": base_path("model"),
        "output_dir": base_path("output"),
        "output_data_dir": base_path("output", "data"),
        "output_intermediate_dir": base_path("output", "intermediate"),
        "num_cpus": os.cpu_count(),
        "num_gpus": 0,
        "log_level": 20,
        "job_name": os.environ["TRAINING_JOB_NAME"],
    }
    channel_dirs = {name: base_path("input", "data", name) for name in channels}
    variables = {**facts, "training_env": {**facts, "channel_input_dirs": channel_dirs}}
    variables |= {f"channel_{name}": path for name, path in channel_dirs.items()}
    variables |= {f"hp_{name}": value for name, value in hyperparameters.items()}
    return {f"SM_{name.upper()}": text(value) for name, value in variables.items()}


def text(value):
    if value is None or isinstance(value, str):
        return value or ""
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


