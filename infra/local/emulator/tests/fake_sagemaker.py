"""A stand-in for local SageMaker: answers what a test told it to, and remembers what it was asked."""

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Request:
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def operation(self) -> str:
        return self.headers.get('x-amz-target', self.path).removeprefix('SageMaker.')

    @property
    def input(self) -> dict[str, Any]:
        return json.loads(self.body)


@dataclass
class ApiFailure(Exception):
    code: str
    message: str


Answer = Callable[[Request], Any]


@dataclass
class FakeSageMaker:
    """`answers` maps an operation (or a path) to a function of the request: a dict, (status, headers, bytes), or a raise."""

    answers: dict[str, Answer] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.server = ThreadingHTTPServer(('127.0.0.1', 0), _handler(self))
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f'http://127.0.0.1:{self.server.server_port}'

    def asked(self, operation: str) -> list[Request]:
        return [request for request in self.requests if request.operation == operation]

    def answer(self, request: Request) -> tuple[int, dict[str, str], bytes]:
        self.requests.append(request)
        json_type = {'Content-Type': 'application/x-amz-json-1.1'}
        try:
            found = self.answers[request.operation](request)
        except ApiFailure as failure:
            return 400, json_type, json.dumps({'__type': failure.code, 'message': failure.message}).encode()
        return found if isinstance(found, tuple) else (200, json_type, json.dumps(found).encode())

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


def _handler(fake: FakeSageMaker) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers.get('Content-Length', 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            status, reply, content = fake.answer(Request(self.path, headers, body))
            self.send_response(status)
            for name, value in {**reply, 'Content-Length': str(len(content))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *args):
            pass

    return Handler
