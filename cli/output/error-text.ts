import { CommandError, EXIT } from '../errors.ts';

/** Names that AWS's services and the SDK give to "you may not" and "nobody there". */
const DENIED =
  /^(AccessDenied\w*|Forbidden|NotAuthorized\w*|UnrecognizedClient\w*|InvalidClientTokenId|InvalidAccessKeyId|SignatureDoesNotMatch|InvalidSignature\w*|ExpiredToken\w*|RequestExpired|MissingAuthenticationToken\w*|AuthFailure)$/;
/** The chain of credentials led to none. */
const NOBODY = /^(CredentialsProviderError|TokenProviderError)$/;
const UNREACHABLE =
  /^(ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|TimeoutError|NetworkingError|EPIPE|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_VERIFY_LEAF_SIGNATURE|ERR_TLS_CERT_ALTNAME_INVALID|CERT_HAS_EXPIRED)$/;
const NOT_INSTALLED = /^(ResourceNotFoundException|NoSuchBucket)$/;

/** Errors of ours whose message is written for people. */
const OWN = /^(Endpoint|PredictionFormat|NothingLive|NotRegistered|ObjectNotFound)Error$/;

/** An error with all that caused it, outermost first; what an AggregateError holds counts as its cause. */
const chain = (error: unknown): readonly Error[] => {
  const seen = new Set<Error>();
  const walk = (e: unknown): void => {
    if (!(e instanceof Error) || seen.has(e)) return;
    seen.add(e);
    walk(e.cause);
    if (e instanceof AggregateError) e.errors.forEach(walk);
  };
  walk(error);
  return [...seen];
};

const words = (e: Error): readonly string[] => [e.name, 'code' in e && typeof e.code === 'string' ? e.code : ''];

/** Gives an error from anywhere the shape of a CommandError: its exit code, and what to do about it. */
export function explain(error: unknown, where: string): CommandError {
  const errors = chain(error);
  const own = errors.find((e) => e instanceof CommandError);
  if (own) return own;
  const first = errors[0];
  const found = (pattern: RegExp) => errors.find((e) => words(e).some((w) => pattern.test(w)));
  const denied = found(DENIED);
  if (denied)
    return new CommandError(EXIT.unreachable, `access denied by ${where}`, {
      details: [`${denied.name}: ${denied.message}`],
      todo: ['use credentials that are allowed to: `aws sts get-caller-identity` shows whose you are using'],
      cause: error,
    });
  const nobody = found(NOBODY);
  if (nobody)
    return new CommandError(EXIT.unreachable, `no AWS credentials were found for ${where}`, {
      details: [nobody.message],
      todo: ['run `aws configure sso` (`aws sso login` when they have expired), or set AWS_PROFILE'],
      cause: error,
    });
  const unreachable = found(UNREACHABLE);
  if (unreachable)
    return new CommandError(EXIT.unreachable, `cannot reach ${where}`, {
      details: [unreachable.message || String(words(unreachable)[1])],
      todo: ['local cloud: see `npx modelloop local status`; AWS: check the network, the region and any proxy'],
      cause: error,
    });
  const missing = found(NOT_INSTALLED);
  if (missing)
    return new CommandError(EXIT.notFound, `ModelLoop is not installed on ${where}`, {
      details: [`${missing.name}: ${missing.message}`],
      todo: ['deploy it (`npx cdk deploy --all -c stage=<stage>`), or name another stage or region'],
      cause: error,
    });
  if (first && OWN.test(first.name))
    return new CommandError(EXIT.failed, first.message, { details: causes(errors), cause: error });
  const message = first ? `${first.name === 'Error' ? '' : `${first.name}: `}${first.message}` : String(error);
  return new CommandError(EXIT.failed, message, {
    details: causes(errors),
    todo: ['for the stack trace: MODELLOOP_DEBUG=1'],
    cause: error,
  });
}

/** What caused the first error, where that says more than the errors around it. */
const causes = (errors: readonly Error[]): readonly string[] =>
  errors
    .filter((e, i) => i > 0 && !errors.slice(0, i).some((outer) => outer.message.includes(e.message)))
    .map((e) => `because: ${e.message}`);

/** The lines for stderr. */
export const errorText = (error: CommandError, debug: boolean): string =>
  [
    `error: ${error.message}`,
    ...error.details.map((line) => `  ${line}`),
    ...error.todo.map((line) => `  → ${line}`),
    ...(debug ? chain(error).map((e) => e.stack ?? String(e)) : []),
  ].join('\n');
