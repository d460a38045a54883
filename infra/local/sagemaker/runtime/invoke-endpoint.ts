import type { IncomingHttpHeaders } from 'node:http';
import { messageOf } from '../errors.ts';
import type { SageMaker } from '../sagemaker.ts';
import type { ModelAnswer } from '../serving/container-http.ts';
import type { Fleet } from '../serving/fleet.ts';
import { RuntimeError } from './runtime-error.ts';

/** What takes calls. */
const SERVING: readonly string[] = ['InService', 'Updating', 'RollingBack'];

/** SageMaker's limits of a real-time invocation. */
const MAX_BODY_BYTES = 6 * 1024 * 1024;
const TIMEOUT_MS = 60_000;

const ATTRIBUTES = 'x-amzn-sagemaker-custom-attributes';
const INFERENCE_ID = 'x-amzn-sagemaker-inference-id';
const TARGET_VARIANT = 'x-amzn-sagemaker-target-variant';

/** Members of InvokeEndpoint that would change the answer on AWS, and that nothing here honours. */
const UNSUPPORTED: Readonly<Record<string, string>> = {
  'x-amzn-sagemaker-target-model': 'TargetModel',
  'x-amzn-sagemaker-target-container-hostname': 'TargetContainerHostname',
  'x-amzn-sagemaker-enable-explanations': 'EnableExplanations',
  'x-amzn-sagemaker-inference-component': 'InferenceComponentName',
  'x-amzn-sagemaker-session-id': 'SessionId',
  'x-amzn-sagemaker-prefix-aware-id': 'PrefixAwareId',
};

export interface Invocation {
  readonly endpoint: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface Invoked {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** @throws RuntimeError as the runtime does: ValidationError, or ModelError with the container's own words */
export async function invokeEndpoint(sagemaker: SageMaker, { endpoint, headers, body }: Invocation): Promise<Invoked> {
  const fleet = requireServing(sagemaker, endpoint);
  const variant = fleet.variant.VariantName ?? '';
  requireSupported(headers, body, variant, endpoint);
  const attributes = header(headers, ATTRIBUTES);
  const time = new Date(sagemaker.now() * 1000);
  const answer = await logged(sagemaker, { endpoint, variant, config: fleet.config }, () => ask(fleet, headers, body));
  if (answer.status >= 400) throw modelError(fleet, answer);
  fleet.capture?.observe({
    input: { contentType: header(headers, 'content-type'), body },
    output: { contentType: answer.contentType, body: answer.body },
    inferenceId: header(headers, INFERENCE_ID),
    customAttributes: attributes,
    time,
  });
  const returned = answer.headers[ATTRIBUTES];
  return {
    headers: {
      'Content-Type': answer.contentType ?? 'application/octet-stream',
      'x-Amzn-Invoked-Production-Variant': variant,
      ...(typeof returned === 'string' ? { 'X-Amzn-SageMaker-Custom-Attributes': returned } : {}),
    },
    body: answer.body,
  };
}

function requireServing(sagemaker: SageMaker, name: string): Fleet {
  const status = sagemaker.store.get('endpoint', name)?.status;
  const fleet = status && SERVING.includes(status) && sagemaker.endpoints.nextFleet(name);
  if (fleet) return fleet;
  throw new RuntimeError(400, 'ValidationError', {
    Message: `Endpoint ${name} of account ${sagemaker.settings.account} not found.`,
  });
}

function requireSupported(headers: IncomingHttpHeaders, body: Buffer, variant: string, endpoint: string): void {
  const refuse = (Message: string) => new RuntimeError(400, 'ValidationError', { Message });
  for (const [name, member] of Object.entries(UNSUPPORTED)) {
    if (headers[name] !== undefined) throw refuse(`local SageMaker does not support InvokeEndpoint.${member}`);
  }
  const target = header(headers, TARGET_VARIANT);
  if (target && target !== variant)
    throw refuse(`Variant ${target} not found for Request. (${endpoint} has ${variant})`);
  if (body.length > MAX_BODY_BYTES) {
    throw refuse(`the body has ${body.length} bytes; InvokeEndpoint takes ${MAX_BODY_BYTES} at most`);
  }
}

/** Every request that reached a model is counted, whatever came of it. */
async function logged(
  { invocations, now }: SageMaker,
  place: { endpoint: string; variant: string; config: string },
  invoke: () => Promise<ModelAnswer>,
): Promise<ModelAnswer> {
  const start = performance.now();
  let status = 0;
  try {
    const answer = await invoke();
    status = answer.status;
    return answer;
  } finally {
    const modelLatency = Math.round((performance.now() - start) * 1000);
    invocations.add({ ...place, time: Math.round(now() * 1000), status, modelLatency });
  }
}

async function ask(fleet: Fleet, headers: IncomingHttpHeaders, body: Buffer): Promise<ModelAnswer> {
  const passed = [ATTRIBUTES, INFERENCE_ID].flatMap((name) => {
    const value = header(headers, name);
    return value === undefined ? [] : [[name, value] as const];
  });
  try {
    return await fleet.invoke({
      body,
      contentType: header(headers, 'content-type'),
      accept: header(headers, 'accept'),
      headers: Object.fromEntries(passed),
      timeoutMs: TIMEOUT_MS,
    });
  } catch (error) {
    // AWS gives status 0 when the container gave no answer at all.
    throw modelError(fleet, { status: 0, body: Buffer.from(messageOf(error)) });
  }
}

function modelError(fleet: Fleet, { status, body }: Pick<ModelAnswer, 'status' | 'body'>): RuntimeError {
  const original = body.toString('utf8').slice(0, 2048);
  const side = status >= 400 && status < 500 ? 'client' : 'server';
  return new RuntimeError(424, 'ModelError', {
    ErrorCode: side === 'client' ? 'CLIENT_ERROR_FROM_MODEL' : 'SERVER_ERROR_FROM_MODEL',
    Message: `Received ${side} error (${status}) from primary with message "${original}". See the log stream ${fleet.logStreamArn}`,
    OriginalMessage: original,
    OriginalStatusCode: status,
    LogStreamArn: fleet.logStreamArn,
  });
}

function header(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value.join(',') : value;
}
