import type { UploadOutcome } from '../../domain/records.ts';
import type { Ports } from '../../ports/index.ts';

/** What an outcome lets happen next. Announcing twice is harmless: whoever listens looks at the registry, not at the event. */
export const announceUpload = async (
  { bus }: Pick<Ports, 'bus'>,
  model: string,
  outcome: UploadOutcome | undefined,
): Promise<void> => {
  if (outcome?.status === 'accepted')
    await bus.publish({ type: 'DataVersionReady', model, dataVersion: outcome.dataVersion });
};
