import { createHash, randomUUID, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { messageOf, ServiceError } from './errors.ts';
import { OPERATIONS } from './operations/index.ts';
import { requireValid } from './operations/operation.ts';
import { invokeEndpoint } from './runtime/invoke-endpoint.ts';
import { RuntimeError } from './runtime/runtime-error.ts';
import type { SageMaker } from './sagemaker.ts';

/** More than any request may have: InvokeEndpoint takes 6 MiB. */
const MAX_REQUEST_BYTES = 8 * 1024 * 1024;
const TARGET = /^SageMaker\.(\w+)$/;
const INVOCATIONS = /^\/endpoints\/([^/]+)\/invocations$/;

interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | string;
}

/** AWS JSON 1.1 for the control plane, the runtime's REST for invocations; both only with the shared secret. */
export function requestListener(sagemaker: SageMaker, report: (line: string) => void): RequestListener {
  return (request, response) => {
    answer(sagemaker, request)
      .catch((error: unknown) => errorReply(error, report))
      .then((reply) => send(response, reply))
      .catch((error: unknown) => report(`answering ${request.url}: ${messageOf(error)}`));
  };
}

async function answer(sagemaker: SageMaker, request: IncomingMessage): Promise<Reply> {
  const { pathname: path, searchParams } = new URL(request.url ?? '/', 'http://localhost');
  if (!sameSecret(request.headers['x-modelloop-secret'], sagemaker.settings.secret)) {
    throw new ServiceError(
      'AccessDeniedException',
      'only the local cloud may call: the secret is missing or wrong',
      403,
    );
  }
  if (request.method === 'GET' && path === '/health') return json(200, { status: 'ok' });
  // Not SageMaker's: what it would send to CloudWatch, for local monitoring.
  if (request.method === 'GET' && path === '/metrics')
    return json(200, sagemaker.invocations.after(Number(searchParams.get('after') ?? 0)));
  const invocation = request.method === 'POST' ? INVOCATIONS.exec(path) : null;
  if (invocation) {
    const endpoint = decodeURIComponent(invocation[1] ?? '');
    const invoked = await invokeEndpoint(sagemaker, { endpoint, headers: request.headers, body: await read(request) });
    return { status: 200, ...invoked };
  }
  if (request.method === 'POST' && path === '/') return json(200, await control(sagemaker, request));
  throw new ServiceError('UnknownOperationException', `local SageMaker has no ${request.method} ${path}`, 404);
}

async function control(sagemaker: SageMaker, request: IncomingMessage): Promise<object> {
  const target = String(request.headers['x-amz-target'] ?? '');
  const name = TARGET.exec(target)?.[1] ?? target;
  const operation = OPERATIONS.get(name);
  if (!operation) {
    const known = [...OPERATIONS.keys()].sort().join(', ');
    const exists = name in sagemaker.model.operations;
    const why = exists ? `local SageMaker does not support ${name}` : `SageMaker has no operation "${name}"`;
    throw new ServiceError('UnknownOperationException', `${why}; it supports ${known} and InvokeEndpoint`);
  }
  const input = parse(await read(request));
  requireValid(sagemaker.model, operation, input);
  return operation.run(sagemaker, input as never);
}

function parse(body: Buffer): object {
  let value: unknown;
  try {
    value = body.length === 0 ? {} : JSON.parse(body.toString('utf8'));
  } catch (error) {
    throw new ServiceError('SerializationException', `the request is not JSON: ${messageOf(error)}`);
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw new ServiceError('SerializationException', 'the request is not a JSON object');
}

async function read(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_REQUEST_BYTES) {
      throw new ServiceError('ValidationException', `a request has ${MAX_REQUEST_BYTES} bytes at most`, 413);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Compared by hash, so that neither content nor length shows in the time it takes. */
function sameSecret(given: string | string[] | undefined, secret: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(String(given ?? '')), hash(secret));
}

function errorReply(error: unknown, report: (line: string) => void): Reply {
  if (error instanceof RuntimeError) return json(error.status, error.body, error.type);
  if (error instanceof ServiceError) {
    return json(error.status, { __type: error.code, message: error.message }, error.code);
  }
  report(`internal failure: ${error instanceof Error ? error.stack : String(error)}`);
  return json(500, { __type: 'InternalFailure', message: messageOf(error) }, 'InternalFailure');
}

const json = (status: number, body: object, errorType?: string): Reply => ({
  status,
  headers: {
    'Content-Type': 'application/x-amz-json-1.1',
    ...(errorType ? { 'x-amzn-errortype': errorType } : {}),
  },
  body: JSON.stringify(body),
});

function send(response: ServerResponse, { status, headers, body }: Reply): void {
  response.writeHead(status, {
    'x-amzn-requestid': randomUUID(),
    ...headers,
    'Content-Length': String(Buffer.byteLength(body)),
  });
  response.end(body);
}
