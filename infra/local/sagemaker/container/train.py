"""The training container in script mode: runs the user's program as AWS's XGBoost container does.

Reads /opt/ml/input/config (here below SAGEMAKER_BASE_DIR), unpacks the code, and runs `python -m <program> --name value …` with SM_*
variables. When the program fails, /opt/ml/output/failure says why, and the exit code is the program's.
"""

import json
import os
import signal
import subprocess
import sys
import threading
import traceback

from local_container import BASE_DIR, ContainerError, base_path, die_with_parent, end_with_parent, fetch_code, tell

STDERR_TAIL_BYTES = 2000
RESERVED = "sagemaker_"


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


class Program:
    """The user's program, and whether it was asked to stop: maybe before it was started."""

    process = None
    stopping = False

    def stop(self, *_):
        """Passes SIGTERM on, once: the program may save what it has."""
        self.stopping = True
        if self.process:
            self.process.terminate()

    def started(self, process):
        self.process = process
        if self.stopping:
            process.terminate()


def run(program, command, variables):
    """Runs the program; returns its exit code (128 + n when signal n ended it) and the end of its stderr."""
    code_dir = base_path("code")
    process = subprocess.Popen(
        command,
        cwd=code_dir,
        env={**os.environ, **variables, "PYTHONPATH": code_dir},
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        preexec_fn=die_with_parent,
    )
    program.started(process)
    tell(training=process.pid)
    tail = bytearray()

    def copy_stderr():
        for line in process.stderr:
            sys.stderr.buffer.write(line)
            sys.stderr.buffer.flush()
            tail.extend(line)
            del tail[:-STDERR_TAIL_BYTES]

    reader = threading.Thread(target=copy_stderr, daemon=True)
    reader.start()
    status = process.wait()
    # A child of the program may keep its stderr open: what came so far is enough.
    reader.join(timeout=2)
    return (status if status >= 0 else 128 - status), tail.decode("utf-8", "replace")


def failure(exit_code, tail, command):
    if exit_code > 128:
        number = exit_code - 128
        name = signal.Signals(number).name
        tail = f"Process killed by {name} (signal {number})\n{tail}"
    return f'ExecuteUserScriptError:\nExitCode {exit_code}\nErrorMessage "{tail.strip()}"\nCommand "{command}"'


def train(program):
    hyperparameters = {name: decode(value) for name, value in read_config("hyperparameters.json").items()}
    own = {name: value for name, value in hyperparameters.items() if not name.startswith(RESERVED)}
    framework = {name: value for name, value in hyperparameters.items() if name.startswith(RESERVED)}
    script = framework["sagemaker_program"]
    directory = fetch_code(framework["sagemaker_submit_directory"], base_path("code"))
    if not os.path.exists(os.path.join(directory, script)):
        raise ContainerError(f"the bundle has no {script}: {sorted(os.listdir(directory))}")
    command = [sys.executable, "-m", script.removesuffix(".py"), *arguments(own)]
    exit_code, tail = run(program, command, environment(own, framework, script))
    if exit_code != 0:
        write_failure(failure(exit_code, tail, " ".join(["python3", *command[1:]])))
    return exit_code


def write_failure(message):
    with open(base_path("output", "failure"), "w") as file:
        file.write(message)


def main():
    end_with_parent()
    program = Program()
    signal.signal(signal.SIGTERM, program.stop)
    os.makedirs(BASE_DIR, exist_ok=True)
    try:
        return train(program)
    except ContainerError as error:
        message = str(error)
    except Exception as error:
        message = f"framework error: \n{traceback.format_exc()[-STDERR_TAIL_BYTES:]}\n{error}"
    print(message, file=sys.stderr)
    write_failure(message)
    return 1


if __name__ == "__main__":
    sys.exit(main())
