import { CloudError, UnreachableError } from './ports.ts';

const NO_ANSWER = /ECONN|EHOSTUNREACH|EPIPE|socket hang up|Timeout/;

/**
 * Runs a call of an AWS client; what the service refuses becomes a CloudError with its code and words.
 * @throws UnreachableError when there is no service that could refuse
 */
export async function translated<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    // A HEAD request has no body, so S3's code is lost and only the status is left.
    const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
    const byStatus = { 403: 'AccessDenied', 404: 'NotFound' }[status ?? 0];
    if (status === undefined && NO_ANSWER.test(`${error.name} ${(error as { code?: string }).code} ${error.message}`))
      throw new UnreachableError(`the cloud does not answer: ${error.message}`, { cause: error });
    const unnamed = error.name === 'Error' || /^(\d+|Unknown\w*|Forbidden)$/.test(error.name);
    throw new CloudError(unnamed && byStatus ? byStatus : error.name, error.message, { cause: error });
  }
}
