import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import { type Place, topicArn } from '../../domain/names.ts';
import type { Notifications } from '../../ports/notifications.ts';

export function snsNotifications(client: SNSClient, place: Place): Notifications {
  return {
    publish: async ({ topic, subject, text, attributes = {} }) => {
      await client.send(
        new PublishCommand({
          TopicArn: topicArn(place, topic),
          Subject: subject,
          Message: text,
          MessageAttributes: Object.fromEntries(
            Object.entries(attributes).map(([name, value]) => [name, { DataType: 'String', StringValue: value }]),
          ),
        }),
      );
    },
  };
}
