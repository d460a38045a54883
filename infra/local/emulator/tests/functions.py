"""Lambda functions in Node for tests."""

import io
import zipfile

from .cloud import Cloud


def create_function(cloud: Cloud, name: str, code: str, role: str) -> str:
    """A function whose index.js is `code`; its ARN."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, 'w') as zip:
        zip.writestr('index.js', code)
    return cloud.client('lambda').create_function(
        FunctionName=name, Runtime='nodejs24.x', Handler='index.handler', Role=role, Timeout=10,
        Code={'ZipFile': archive.getvalue()})['FunctionArn']


def trusted_by_lambda(cloud: Cloud, name: str) -> str:
    """The ARN of a role that a function may run with."""
    return cloud.role(f'function-{name}', [], 'lambda.amazonaws.com')
