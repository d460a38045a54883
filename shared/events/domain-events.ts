import * as z from 'zod';

/** Events on ModelLoop's own bus. One schema for the rule, the publisher and the function that receives it. */

const model = z.string();
const version = z.number().int().positive();

export const dataVersionReady = z.object({
  type: z.literal('DataVersionReady'),
  model,
  dataVersion: version,
});
export const codeVersionRegistered = z.object({
  type: z.literal('CodeVersionRegistered'),
  model,
  codeVersion: version,
});
/** A run ended, whatever came of it: the slot is free, and newer data or code may be waiting. */
export const runEnded = z.object({ type: z.literal('RunEnded'), model, run: version });
export const modelVersionApproved = z.object({
  type: z.literal('ModelVersionApproved'),
  model,
  modelVersion: version,
  run: version,
});
/** Monitoring wants a new model: a run starts if there is data or code that none has taken. */
export const retrainRequested = z.object({ type: z.literal('RetrainRequested'), model, reason: z.string() });
/** A drift check was decided: its report can be made. */
export const driftChecked = z.object({ type: z.literal('DriftChecked'), model, check: version });

export const domainEvent = z.discriminatedUnion('type', [
  dataVersionReady,
  codeVersionRegistered,
  runEnded,
  modelVersionApproved,
  retrainRequested,
  driftChecked,
]);
export type DomainEvent = z.infer<typeof domainEvent>;
export type DomainEventType = DomainEvent['type'];

/** The `source` of our events; `detail-type` is the event's `type`, `detail` the event itself. */
export const EVENT_SOURCE = 'modelloop';
