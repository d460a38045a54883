"""patches/service_source_account.py: a role that trusts a service of this account only."""

import json

import pytest
from botocore.exceptions import ClientError

from .cloud import ACCOUNT


def trusting(cloud, name: str, account: str) -> str:
    trust = {
        'Version': '2012-10-17',
        'Statement': [{
            'Effect': 'Allow', 'Action': 'sts:AssumeRole', 'Principal': {'Service': 'sagemaker.amazonaws.com'},
            'Condition': {'StringEquals': {'aws:SourceAccount': account}},
        }],
    }
    role = cloud.client('iam').create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))
    return role['Role']['Arn']


def test_a_service_of_the_named_account_gets_the_role(cloud):
    role = trusting(cloud, 'trusts-own-account', ACCOUNT)
    answer = cloud.client('sts').assume_role(RoleArn=role, RoleSessionName='SageMaker')
    assert answer['Credentials']['SessionToken']


def test_a_service_of_another_account_does_not(cloud):
    role = trusting(cloud, 'trusts-other-account', '999999999999')
    with pytest.raises(ClientError) as failure:
        cloud.client('sts').assume_role(RoleArn=role, RoleSessionName='SageMaker')
    assert failure.value.response['Error']['Code'] == 'AccessDenied'
