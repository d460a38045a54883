import type { Run } from '../../domain/records.ts';
import type { Ports } from '../../ports/index.ts';

/** Says what follows from a run's end; saying it twice changes nothing. */
export const announceRun = async ({ bus }: Pick<Ports, 'bus'>, run: Run): Promise<void> => {
  if (run.verdict?.decision === 'promote' && run.modelVersion !== undefined && !run.deployment)
    await bus.publish({
      type: 'ModelVersionApproved',
      model: run.model,
      modelVersion: run.modelVersion,
      run: run.run,
    });
  await bus.publish({ type: 'RunEnded', model: run.model, run: run.run });
};
