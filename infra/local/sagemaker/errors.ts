/** The errors that SageMaker's API model declares, plus those that every AWS JSON service has. */
export type ErrorCode =
  | 'ValidationException'
  | 'ResourceInUse'
  | 'ResourceNotFound'
  | 'ResourceLimitExceeded'
  | 'SerializationException'
  | 'UnknownOperationException'
  | 'AccessDeniedException'
  | 'InternalFailure';

/** A refusal that goes to the caller as it is. */
export class ServiceError extends Error {
  override readonly name = 'ServiceError';
  readonly code: ErrorCode;
  readonly status: number;
  constructor(code: ErrorCode, message: string, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

export const invalid = (message: string): ServiceError => new ServiceError('ValidationException', message);

/** Why a job or an endpoint failed, in the words that Describe gives as FailureReason. */
export class JobFailure extends Error {
  override readonly name = 'JobFailure';
}

/** SageMaker's own limit of FailureReason. */
export const FAILURE_REASON_LIMIT = 1024;

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
