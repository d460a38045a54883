import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import {
  ListAWSDefaultServiceQuotasCommand,
  ListServiceQuotasCommand,
  ServiceQuotasClient,
} from '@aws-sdk/client-service-quotas';
import { ListSubscriptionsByTopicCommand, NotFoundException, SNSClient } from '@aws-sdk/client-sns';
import { mockClient } from 'aws-sdk-client-mock';
import { describe, expect, it } from 'vitest';
import { awsAccount } from '../../../shared/adapters/aws/account.ts';
import { place } from '../../fixtures/pipeline-world.ts';

const config = { region: 'eu-west-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } };
const account = awsAccount(
  { stacks: new CloudFormationClient(config), quotas: new ServiceQuotasClient(config), topics: new SNSClient(config) },
  place,
);

describe('the account', () => {
  it('has its own quotas before AWS’s defaults, of every page', async () => {
    const client = mockClient(ServiceQuotasClient);
    client
      .on(ListAWSDefaultServiceQuotasCommand)
      .resolvesOnce({ Quotas: [{ QuotaName: 'a', Value: 1 }], NextToken: 'more' });
    client
      .on(ListAWSDefaultServiceQuotasCommand, { NextToken: 'more' })
      .resolves({ Quotas: [{ QuotaName: 'b', Value: 2 }] });
    client.on(ListServiceQuotasCommand).resolves({ Quotas: [{ QuotaName: 'a', Value: 8 }] });
    expect(await account.quotas('sagemaker')).toEqual(
      new Map([
        ['a', 8],
        ['b', 2],
      ]),
    );
  });

  it('has stacks with what they were given and what they give', async () => {
    const client = mockClient(CloudFormationClient);
    const CreationTime = new Date();
    client.on(DescribeStacksCommand).resolves({
      Stacks: [
        {
          ...{ StackName: 'CDKToolkit', StackStatus: 'CREATE_COMPLETE', CreationTime },
          Parameters: [{ ParameterKey: 'Qualifier', ParameterValue: 'q' }],
          Outputs: [{ OutputKey: 'BootstrapVersion', OutputValue: '28' }],
        },
      ],
    });
    expect(await account.stacks()).toEqual([
      {
        name: 'CDKToolkit',
        status: 'CREATE_COMPLETE',
        parameters: { Qualifier: 'q' },
        outputs: { BootstrapVersion: '28' },
      },
    ]);
  });

  it('knows who has not confirmed a subscription; of a topic that is not there, nothing', async () => {
    const client = mockClient(SNSClient);
    client.on(ListSubscriptionsByTopicCommand).resolves({
      Subscriptions: [
        { Endpoint: 'late@example.com', SubscriptionArn: 'PendingConfirmation' },
        { Endpoint: 'here@example.com', SubscriptionArn: 'arn:aws:sns:eu-west-1:123456789012:t:1' },
      ],
    });
    expect(await account.unconfirmed('modelloop-test-page')).toEqual(['late@example.com']);
    client.on(ListSubscriptionsByTopicCommand).rejects(new NotFoundException({ message: 'no', $metadata: {} }));
    expect(await account.unconfirmed('modelloop-test-page')).toBeUndefined();
  });
});
