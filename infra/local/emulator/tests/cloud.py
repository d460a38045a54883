"""A MiniStack process with our patches, on a free port, and clients that talk to it."""

import datetime
import ipaddress
import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

START = Path(__file__).resolve().parents[1] / 'start.py'
NODE_BIN = Path(__file__).resolve().parents[4] / 'node_modules' / '.bin'
ACCOUNT, REGION = '000000000000', 'eu-west-1'
SECRET = 'between-emulator-and-sagemaker'


class Cloud:
    """start.py as a process; `directory` keeps its certificate, state and log."""

    def __init__(self, directory: Path, sagemaker_url: str):
        self.directory = directory
        self.port = free_port()
        self.certificate = make_certificate(directory)
        self.environment = {
            'PATH': f'{NODE_BIN}{os.pathsep}{os.environ["PATH"]}', 'TMPDIR': str(directory),
            'GATEWAY_PORT': str(self.port), 'BIND_HOST': '127.0.0.1', 'AUTH': 'true', 'LAMBDA_EXECUTOR': 'local',
            'USE_SSL': '1', 'MINISTACK_SSL_CERT': str(self.certificate), 'MINISTACK_SSL_KEY': str(directory / 'key.pem'),
            'NODE_EXTRA_CA_CERTS': str(self.certificate), 'MINISTACK_REGION': REGION,
            'PERSIST_STATE': '1', 'STATE_DIR': str(directory / 'state'),
            'S3_PERSIST': '1', 'S3_DATA_DIR': str(directory / 's3'),
            'SFN_WAIT_SCALE': '0.05', 'IOT_MTLS_ENABLED': '0', 'SFTP_ENABLED': '0',
            'MODELLOOP_SAGEMAKER_URL': sagemaker_url, 'MODELLOOP_SAGEMAKER_SECRET': SECRET,
        }

    @property
    def url(self) -> str:
        return f'https://127.0.0.1:{self.port}'

    def start(self) -> None:
        log = (self.directory / 'log').open('a')
        self.process = subprocess.Popen([sys.executable, START], env=self.environment, stdout=log, stderr=log)
        trusted = ssl.create_default_context(cafile=self.certificate)

        def ready() -> bool:
            assert self.process.poll() is None, (self.directory / 'log').read_text()
            try:
                return urllib.request.urlopen(f'{self.url}/_ministack/ready', context=trusted).status == 200
            except OSError:
                return False

        until(ready, 'the emulator is ready', 20)

    def stop(self) -> int:
        """SIGTERM; the exit status. The deadline is half of what the server waits for idle TLS clients by default."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(15)

    def client(self, service: str, key: str = 'test', secret: str = 'test', token: str | None = None) -> Any:
        return boto3.client(service, region_name=REGION, endpoint_url=self.url, verify=str(self.certificate),
                            aws_access_key_id=key, aws_secret_access_key=secret, aws_session_token=token,
                            config=Config(retries={'total_max_attempts': 1}))

    def role(self, name: str, statements: list[dict], trust: str = 'states.amazonaws.com') -> str:
        """A role with one inline policy; its ARN."""
        iam = self.client('iam')
        document = {'Statement': [{'Effect': 'Allow', 'Principal': {'Service': trust}, 'Action': 'sts:AssumeRole'}]}
        arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(document))['Role']['Arn']
        self.grant(name, statements)
        return arn

    def grant(self, role: str, statements: list[dict]) -> None:
        """Replaces what the role may do."""
        policy = json.dumps({'Version': '2012-10-17', 'Statement': statements or [deny_nothing()]})
        self.client('iam').put_role_policy(RoleName=role, PolicyName='grants', PolicyDocument=policy)

    def user(self, name: str, statements: list[dict]) -> Callable[[str], Any]:
        """A user with one inline policy; a function that makes clients for it."""
        iam = self.client('iam')
        iam.create_user(UserName=name)
        iam.put_user_policy(UserName=name, PolicyName='grants',
                            PolicyDocument=json.dumps({'Version': '2012-10-17', 'Statement': statements}))
        key = iam.create_access_key(UserName=name)['AccessKey']
        return lambda service: self.client(service, key['AccessKeyId'], key['SecretAccessKey'])

    def machine(self, name: str, role_arn: str, definition: dict) -> str:
        return self.client('stepfunctions').create_state_machine(
            name=name, roleArn=role_arn, definition=json.dumps(definition))['stateMachineArn']

    def run(self, machine_arn: str, input: Any = None) -> dict:
        """Starts an execution and waits for its end; the DescribeExecution output."""
        return self.ended(self.started(machine_arn, input))

    def started(self, machine_arn: str, input: Any = None) -> str:
        return self.client('stepfunctions').start_execution(
            stateMachineArn=machine_arn, input=json.dumps(input or {}))['executionArn']

    def ended(self, execution_arn: str) -> dict:
        def describe() -> dict:
            return self.client('stepfunctions').describe_execution(executionArn=execution_arn)

        until(lambda: describe()['status'] != 'RUNNING', f'{execution_arn} has ended', 20)
        return describe()


def allow(*actions: str, on: str = '*', **extra: Any) -> dict:
    return {'Effect': 'Allow', 'Action': list(actions), 'Resource': on, **extra}


def deny_nothing() -> dict:
    return allow('none:Nothing')


def until(condition: Callable[[], Any], what: str, seconds: float = 10) -> Any:
    """Polls until the condition is truthy; fails with what was waited for."""
    deadline = time.monotonic() + seconds
    while True:
        found = condition()
        if found:
            return found
        assert time.monotonic() < deadline, f'waited {seconds} s in vain until {what}'
        time.sleep(0.05)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        return probe.getsockname()[1]


def make_certificate(directory: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, 'emulator under test')])
    now, day = datetime.datetime.now(datetime.UTC), datetime.timedelta(days=1)
    certificate = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now - day).not_valid_after(now + day)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address('127.0.0.1'))]), False)
        .add_extension(x509.BasicConstraints(False, None), True)
        .sign(key, hashes.SHA256()))
    (directory / 'cert.pem').write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (directory / 'key.pem').write_bytes(key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    return directory / 'cert.pem'
