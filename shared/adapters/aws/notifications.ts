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
          MessageStructure: 'json',
          Message: JSON.stringify({ default: text, https: JSON.stringify(forPrograms(subject, text)) }),
          MessageAttributes: Object.fromEntries(
            Object.entries(attributes).map(([name, value]) => [name, { DataType: 'String', StringValue: value }]),
          ),
        }),
      );
    },
  };
}

/**
 * What is posted to an https address. Programs can read it, and it is what Amazon Q Developer (AWS Chatbot) asks for before it shows
 * a message of ours in a channel: a "custom notification", its description at most 8,000 characters.
 */
const forPrograms = (title: string, text: string) => ({
  version: '1.0',
  source: 'custom',
  content: { textType: 'client-markdown', title, description: text.slice(0, 8000) },
});
