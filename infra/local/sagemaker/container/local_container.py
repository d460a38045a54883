"""What both containers share: the lifeline to local SageMaker, /opt/ml, and the user's code."""

import ctypes
import json
import os
import signal
import sys
import tarfile
import tempfile
import threading
from urllib.parse import urlparse

CONTROL_FD = 3
CONTAINER_ROOT = "/opt/ml"
BASE_DIR = os.environ["SAGEMAKER_BASE_DIR"]


class ContainerError(Exception):
    """Something that the container refuses, in words for FailureReason."""


def end_with_parent():
    """Ends this process group when local SageMaker ends, however it ended: the kernel then closes our stdin."""

    def watch():
        while os.read(0, 4096):
            pass
        os.killpg(os.getpgid(0), signal.SIGKILL)

    threading.Thread(target=watch, daemon=True).start()


def die_with_parent():
    """For a child of a container (preexec_fn): the kernel ends it when the container is killed. Linux only."""
    if sys.platform == "linux":
        pr_set_pdeathsig = 1
        ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGKILL)


def tell(**message):
    """Tells local SageMaker something about this container: one JSON object a line."""
    os.write(CONTROL_FD, (json.dumps(message) + "\n").encode())


def base_path(*parts):
    return os.path.join(BASE_DIR, *parts)


def local_path(path):
    """A path inside the container is below a directory of our own here."""
    if path == CONTAINER_ROOT or path.startswith(CONTAINER_ROOT + "/"):
        return BASE_DIR + path[len(CONTAINER_ROOT) :]
    return path


def fetch_code(source, code_dir):
    """Brings the user's code: a directory of the container, or an S3 object `….tar.gz`, which is unpacked into code_dir.

    Returns the directory that holds it.
    """
    if not source.startswith("s3://"):
        directory = local_path(source)
        if not os.path.isdir(directory):
            raise ContainerError(f"the code directory {source} does not exist")
    else:
        directory = code_dir
        download_and_unpack(source, code_dir)
    if os.path.exists(os.path.join(directory, "requirements.txt")):
        raise ContainerError("local SageMaker does not install requirements.txt: put the packages into the bundle")
    return directory


def download_and_unpack(uri, directory):
    import boto3
    from botocore.config import Config

    place = urlparse(uri)
    s3 = boto3.client("s3", config=Config(s3={"addressing_style": "path"}))
    os.makedirs(directory, exist_ok=True)
    with tempfile.TemporaryFile() as archive:
        s3.download_fileobj(place.netloc, place.path.lstrip("/"), archive)
        archive.seek(0)
        with tarfile.open(fileobj=archive, mode="r:*") as tar:
            # Python before 3.11.4 has no filters.
            tar.extractall(directory, **({"filter": "data"} if hasattr(tarfile, "data_filter") else {}))
