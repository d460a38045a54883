"""patches/s3_events.py"""

import json
import re

from .cloud import REGION


def test_object_created_names_version_size_and_order(cloud):
    s3, sqs, events = cloud.client('s3'), cloud.client('sqs'), cloud.client('events')
    policy = {'Statement': [{'Effect': 'Allow', 'Principal': {'Service': 'events.amazonaws.com'},
                             'Action': 'sqs:SendMessage', 'Resource': '*'}]}
    queue = sqs.create_queue(QueueName='uploads', Attributes={'Policy': json.dumps(policy)})['QueueUrl']
    s3.create_bucket(Bucket='uploads', CreateBucketConfiguration={'LocationConstraint': REGION})
    s3.put_bucket_versioning(Bucket='uploads', VersioningConfiguration={'Status': 'Enabled'})
    s3.put_bucket_notification_configuration(
        Bucket='uploads', NotificationConfiguration={'EventBridgeConfiguration': {}})
    events.put_rule(Name='uploads', EventPattern=json.dumps({'source': ['aws.s3'], 'detail-type': ['Object Created']}))
    events.put_targets(Rule='uploads', Targets=[{'Id': 'q', 'Arn': f'arn:aws:sqs:{REGION}:000000000000:uploads'}])

    first = s3.put_object(Bucket='uploads', Key='in/a b.csv', Body=b'12345')
    second = s3.put_object(Bucket='uploads', Key='in/a b.csv', Body=b'123')
    upload = s3.create_multipart_upload(Bucket='uploads', Key='in/a b.csv')
    ids = {name: upload[name] for name in ('Bucket', 'Key', 'UploadId')}
    part = s3.upload_part(**ids, PartNumber=1, Body=b'1')
    third = s3.complete_multipart_upload(
        **ids, MultipartUpload={'Parts': [{'PartNumber': 1, 'ETag': part['ETag']}]})

    received = {}
    while len(received) < 3:
        for message in sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=5, MaxNumberOfMessages=10)['Messages']:
            event = json.loads(message['Body'])
            received[event['detail']['object'].get('version-id')] = event
    in_order = [received[put['VersionId']] for put in (first, second, third)]
    assert [event['detail']['object']['size'] for event in in_order] == [5, 3, 1]
    assert [event['detail']['object']['key'] for event in in_order] == ['in/a b.csv'] * 3
    assert [event['detail']['reason'] for event in in_order] == ['PutObject', 'PutObject', 'CompleteMultipartUpload']
    sequencers = [event['detail']['object']['sequencer'] for event in in_order]
    assert sorted(sequencers) == sequencers
    assert all(re.fullmatch(r'\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ', event['time']) for event in in_order)
