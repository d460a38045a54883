"""The serving container: /ping and /invocations around the user's model_fn, input_fn, predict_fn and output_fn.

It loads the model from /opt/ml/model (here below SAGEMAKER_BASE_DIR), listens on a free port of 127.0.0.1 and tells that port.
"""

import importlib
import os
import signal
import sys
import threading
import traceback
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from local_container import ContainerError, base_path, end_with_parent, fetch_code, local_path, tell

# Only these reach input_fn as str, as in AWS's container; all others, JSON Lines too, as bytes.
TEXT_TYPES = ("application/json", "text/csv")
FUNCTIONS = ("input_fn", "predict_fn", "output_fn")
UNSUPPORTED = "UnsupportedFormatError"


class Failed(Exception):
    def __init__(self, status, message):
        super().__init__(message)
        self.status = status


class Model:
    """The user's module and its model. AWS's container answers one request at a time in each worker; here is one worker."""

    def __init__(self):
        # User code finds SAGEMAKER_SUBMIT_DIRECTORY and SM_MODEL_DIR as paths that exist here.
        submit = os.environ["SAGEMAKER_SUBMIT_DIRECTORY"]
        code_dir = fetch_code(submit, base_path("code"))
        os.environ["SAGEMAKER_SUBMIT_DIRECTORY"] = local_path(submit)
        os.environ["SM_MODEL_DIR"] = base_path("model")
        # Our own directory goes from the path, so that it hides no module of the user.
        sys.path[0] = code_dir
        self.module = importlib.import_module(os.environ["SAGEMAKER_PROGRAM"].removesuffix(".py"))
        missing = [name for name in ("model_fn", *self.needed()) if not hasattr(self.module, name)]
        if missing:
            raise ContainerError(
                f"{os.environ['SAGEMAKER_PROGRAM']} does not define {', '.join(missing)}: local SageMaker has no default for them"
            )
        self.model = self.module.model_fn(base_path("model"))
        self.lock = threading.Lock()

    def needed(self):
        return () if hasattr(self.module, "transform_fn") else FUNCTIONS

    def answer(self, data, content_type, accept):
        """Returns the body as bytes and its content type."""
        with self.lock:
            if hasattr(self.module, "transform_fn"):
                result = self.module.transform_fn(self.model, data, content_type, accept)
            else:
                result = self.transform(data, content_type, accept)
        body, media_type = result if isinstance(result, tuple) else (result, accept)
        return (body.encode() if isinstance(body, str) else bytes(body)), media_type

    def transform(self, data, content_type, accept):
        x = unsupported_as(415, self.module.input_fn, data, content_type)
        prediction = self.module.predict_fn(x, self.model)
        return unsupported_as(406, self.module.output_fn, prediction, accept)


def unsupported_as(status, function, *arguments):
    try:
        return function(*arguments)
    except Exception as error:
        if type(error).__name__ == UNSUPPORTED:
            raise Failed(status, f"{UNSUPPORTED}: {error}") from error
        raise


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    model: Model

    def do_GET(self):
        self.reply(200 if self.path == "/ping" else 404, b"", "text/plain")

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.path != "/invocations":
            return self.reply(404, b"", "text/plain")
        content_type = self.headers.get("Content-Type") or "application/json"
        accept = self.headers.get("Accept") or "*/*"
        if accept == "*/*":
            accept = os.environ.get("SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT", "application/json")
        try:
            data = body.decode("utf-8") if content_type in TEXT_TYPES else body
            answer, media_type = self.model.answer(data, content_type, accept)
            self.reply(200, answer, media_type)
        except Failed as error:
            self.reply(error.status, str(error).encode(), "text/plain")
        except Exception as error:
            traceback.print_exc()
            self.reply(500, f"{type(error).__name__}: {error}".encode(), "text/plain")

    def reply(self, status, body, content_type):
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format, *args):
        if self.path != "/ping":
            print(f"{self.command} {self.path} {args[1] if len(args) > 1 else ''}", flush=True)


class Server(ThreadingHTTPServer):
    daemon_threads = True


def main():
    end_with_parent()
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    Handler.model = Model()
    server = Server(("127.0.0.1", 0), Handler)
    tell(port=server.server_address[1])
    server.serve_forever()


if __name__ == "__main__":
    try:
        main()
    except ContainerError as error:
        sys.exit(f"{error}")
