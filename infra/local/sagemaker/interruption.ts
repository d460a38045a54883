/** Why a job in progress is interrupted. */
export type Interruption = 'stopped' | 'max-runtime' | 'shutdown';

export const INTERRUPTED_BY_US = 'InternalServerError: local SageMaker stopped while the job was running';
