"""What somebody does who has nothing but boto3: upload a file, wait for what becomes of it, ask the endpoint.

usage: boto3_client.py MODEL FILE, with the environment that `modelloop local env` prints
Prints {"outcome": …, "prediction": …}.
"""

import json
import os
import sys
import time

import boto3
from botocore.config import Config

ROW = {'carrier': 'B6', 'origin': 'JFK', 'dest': 'FLL', 'distance': 1069, 'sched_dep_time': 1745, 'sched_arr_time': 2015}
WITHIN_SECONDS = 180


def main(model: str, file: str) -> None:
    account = boto3.client('sts').get_caller_identity()['Account']
    stage, region = os.environ['MODELLOOP_STAGE'], os.environ['AWS_REGION']
    s3 = boto3.client('s3', config=Config(s3={'addressing_style': 'path'}))
    bucket, key = f'modelloop-{stage}-data-{account}-{region}', f'in/{model}/{os.path.basename(file)}'
    with open(file, 'rb') as body:
        version = s3.put_object(Bucket=bucket, Key=key, Body=body)['VersionId']
    outcome = wait_for_outcome(f'modelloop-{stage}-registry', model, version)
    answer = boto3.client('sagemaker-runtime').invoke_endpoint(
        EndpointName=f'modelloop-{stage}-{model}', ContentType='application/json', Body=json.dumps(ROW))
    print(json.dumps({'outcome': outcome, 'prediction': json.load(answer['Body'])['prediction']}))


def wait_for_outcome(table: str, model: str, version: str) -> dict:
    deadline = time.monotonic() + WITHIN_SECONDS
    while time.monotonic() < deadline:
        items = boto3.client('dynamodb').query(
            TableName=table, KeyConditionExpression='model = :m AND begins_with(sort, :u)',
            ExpressionAttributeValues={':m': {'S': model}, ':u': {'S': 'upload#'}})['Items']
        for upload in (json.loads(item['value']['S']) for item in items):
            if upload['versionId'] == version and 'outcome' in upload:
                return upload['outcome']
        time.sleep(0.5)
    sys.exit(f'waited {WITHIN_SECONDS} s for the upload {version} to have an outcome')


if __name__ == '__main__':
    main(*sys.argv[1:])
