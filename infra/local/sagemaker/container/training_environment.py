"""What the user's program is given: hyperparameters as arguments, and the SM_* variables."""

import json
import os

from local_container import base_path


PREFIX = "sagemaker_"
RESERVED = (
    "sagemaker_program",
    "sagemaker_submit_directory",
    "sagemaker_enable_cloudwatch_metrics",
    "sagemaker_region",
    "sagemaker_container_log_level",
    "sagemaker_job_name",
    "sagemaker_s3_output",
    "default_user_module_name",
    "_tuning_objective_metric",
)


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


def split(hyperparameters):
    """The program's own hyperparameters, and those that are the container's."""
    framework = {name: value for name, value in hyperparameters.items() if name.startswith(PREFIX) or name in RESERVED}
    own = {name: value for name, value in hyperparameters.items() if name not in framework}
    return own, framework


def environment(own, framework):
    """SM_* as AWS's toolkit (sagemaker-containers 2.8.6) makes them from the same files."""
    resources = read_config("resourceconfig.json")
    channels = read_config("inputdataconfig.json")
    channel_dirs = {name: base_path("input", "data", name) for name in channels}
    program = framework["sagemaker_program"]
    extra = {name: value for name, value in framework.items() if name not in RESERVED}
    common = {
        "current_host": resources["current_host"],
        "hosts": resources["hosts"],
        "network_interface_name": resources["network_interface_name"],
        "resource_config": resources,
        "input_data_config": channels,
        "user_entry_point": program,
        "module_name": program.removesuffix(".py"),
        "module_dir": framework["sagemaker_submit_directory"],
        "framework_module": None,
        "input_dir": base_path("input"),
        "input_config_dir": base_path("input", "config"),
        "model_dir": base_path("model"),
        "output_dir": base_path("output"),
        "output_data_dir": base_path("output", "data"),
        "output_intermediate_dir": base_path("output", "intermediate"),
        "num_cpus": os.cpu_count(),
        "num_gpus": 0,
        "log_level": framework.get("sagemaker_container_log_level", 20),
    }
    training_env = {
        **common,
        "hyperparameters": own,
        "additional_framework_parameters": extra,
        "channel_input_dirs": channel_dirs,
        "is_master": True,
        "master_hostname": resources["hosts"][0],
        "job_name": os.environ["TRAINING_JOB_NAME"],
    }
    variables = {
        **common,
        "hps": own,
        "framework_params": extra,
        "user_args": arguments(own),
        "channels": sorted(channels),
        "training_env": training_env,
        **{f"channel_{name}": path for name, path in channel_dirs.items()},
        **{f"hp_{name}": value for name, value in own.items()},
    }
    return {f"SM_{name.upper()}": text(value) for name, value in variables.items()}


def text(value):
    if value is None or isinstance(value, str):
        return value or ""
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


