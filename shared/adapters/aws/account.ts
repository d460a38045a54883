import { type CloudFormationClient, paginateDescribeStacks } from '@aws-sdk/client-cloudformation';
import {
  paginateListAWSDefaultServiceQuotas,
  paginateListServiceQuotas,
  type ServiceQuota,
  type ServiceQuotasClient,
} from '@aws-sdk/client-service-quotas';
import { NotFoundException, paginateListSubscriptionsByTopic, type SNSClient } from '@aws-sdk/client-sns';
import { type Place, topicArn } from '../../domain/names.ts';
import type { Account } from '../../ports/account.ts';

/** What SNS gives instead of an ARN to a subscription that waits to be confirmed. */
const PENDING = 'PendingConfirmation';

export function awsAccount(
  clients: {
    readonly stacks: CloudFormationClient;
    readonly quotas: ServiceQuotasClient;
    readonly topics: SNSClient;
  },
  place: Place,
): Account {
  return {
    stacks: async () => {
      const found = [];
      for await (const { Stacks = [] } of paginateDescribeStacks({ client: clients.stacks }, {}))
        for (const { StackName = '', StackStatus = '', Parameters = [], Outputs = [] } of Stacks)
          found.push({
            name: StackName,
            status: String(StackStatus),
            parameters: record(Parameters.map((p) => [p.ParameterKey, p.ParameterValue])),
            outputs: record(Outputs.map((o) => [o.OutputKey, o.OutputValue])),
          });
      return found;
    },

    quotas: async (ServiceCode) => {
      const client = clients.quotas;
      const found = new Map<string, number>();
      const take = (quotas: readonly ServiceQuota[] = []) => {
        for (const { QuotaName, Value } of quotas) if (QuotaName && Value !== undefined) found.set(QuotaName, Value);
      };
      for await (const page of paginateListAWSDefaultServiceQuotas({ client }, { ServiceCode })) take(page.Quotas);
      // The account's own come after, and win.
      for await (const page of paginateListServiceQuotas({ client }, { ServiceCode })) take(page.Quotas);
      return found;
    },

    unconfirmed: async (topic) => {
      const waiting: string[] = [];
      try {
        const pages = paginateListSubscriptionsByTopic(
          { client: clients.topics },
          { TopicArn: topicArn(place, topic) },
        );
        for await (const { Subscriptions = [] } of pages)
          for (const { Endpoint, SubscriptionArn } of Subscriptions)
            if (Endpoint && SubscriptionArn === PENDING) waiting.push(Endpoint);
      } catch (error) {
        if (error instanceof NotFoundException) return undefined;
        throw error;
      }
      return waiting;
    },
  };
}

const record = (pairs: readonly (readonly [string | undefined, string | undefined])[]) =>
  Object.fromEntries(pairs.map(([key = '', value = '']) => [key, value]));
