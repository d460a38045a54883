import * as z from 'zod';

/** AWS's own events, as EventBridge delivers them (in an SQS message's body). Only what we read is named. */

/** S3 "Object Created". Keys arrive plain, not URL-encoded; `version-id` is there because the buckets are versioned. */
export const objectCreated = z.object({
  'detail-type': z.literal('Object Created'),
  source: z.literal('aws.s3'),
  time: z.string(),
  detail: z.object({
    bucket: z.object({ name: z.string() }),
    object: z.object({
      key: z.string(),
      size: z.number(),
      'version-id': z.string(),
      sequencer: z.string(),
    }),
  }),
});
export type ObjectCreated = z.infer<typeof objectCreated>;

/** "Step Functions Execution Status Change": only the pointer; the truth is asked of Step Functions. */
export const executionStatusChange = z.object({
  'detail-type': z.literal('Step Functions Execution Status Change'),
  source: z.literal('aws.states'),
  detail: z.object({ executionArn: z.string(), stateMachineArn: z.string(), name: z.string(), status: z.string() }),
});
export type ExecutionStatusChange = z.infer<typeof executionStatusChange>;

/** What a topic puts into a queue: the message is text, whatever it means. */
export const snsNotification = z.object({
  Type: z.literal('Notification'),
  MessageId: z.string(),
  TopicArn: z.string(),
  Subject: z.string().nullish(),
  Message: z.string(),
});
export type SnsNotification = z.infer<typeof snsNotification>;

/** An alarm's change of state, as CloudWatch words it for a topic. */
export const alarmNotification = z.object({
  AlarmName: z.string(),
  AlarmDescription: z.string().nullish(),
  NewStateValue: z.enum(['ALARM', 'OK', 'INSUFFICIENT_DATA']),
  NewStateReason: z.string(),
  StateChangeTime: z.string(),
  OldStateValue: z.string().optional(),
});
export type AlarmNotification = z.infer<typeof alarmNotification>;
