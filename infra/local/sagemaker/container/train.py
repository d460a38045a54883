"""The training container in script mode: runs the user's program as AWS's XGBoost container does.

Reads /opt/ml/input/config (here below SAGEMAKER_BASE_DIR), unpacks the code, and runs `python -m <program> --name value …` with SM_*
variables. When the program fails, /opt/ml/output/failure says why, and the exit code is the program's.
"""

import os
import signal
import subprocess
import sys
import threading
import traceback

from local_container import BASE_DIR, ContainerError, base_path, die_with_parent, end_with_parent, fetch_code, tell
from training_environment import arguments, decode, environment, read_config, split

STDERR_TAIL_BYTES = 2000


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
    own, framework = split(hyperparameters)
    script = framework["sagemaker_program"]
    directory = fetch_code(framework["sagemaker_submit_directory"], base_path("code"))
    if not os.path.exists(os.path.join(directory, script)):
        raise ContainerError(f"the bundle has no {script}: {sorted(os.listdir(directory))}")
    command = [sys.executable, "-m", script.removesuffix(".py"), *arguments(own)]
    exit_code, tail = run(program, command, environment(own, framework))
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
