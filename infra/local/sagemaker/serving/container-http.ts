import { request } from 'node:http';

export interface ModelRequest {
  readonly body: Uint8Array | string;
  readonly contentType?: string | undefined;
  readonly accept?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

export interface ModelAnswer {
  readonly status: number;
  readonly contentType: string | undefined;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

const TIMED_OUT = 'Your invocation timed out while waiting for a response from container primary.';

/** One request to a container on this machine. @throws Error when it is gone or does not answer in time */
export function send(port: number, method: string, path: string, sent: ModelRequest): Promise<ModelAnswer> {
  return new Promise((resolve, reject) => {
    const headers = {
      ...sent.headers,
      'Content-Length': String(Buffer.byteLength(sent.body)),
      ...(sent.contentType ? { 'Content-Type': sent.contentType } : {}),
      ...(sent.accept ? { Accept: sent.accept } : {}),
    };
    const signal = AbortSignal.timeout(sent.timeoutMs);
    const call = request({ host: '127.0.0.1', port, method, path, headers, signal }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 500,
          contentType: response.headers['content-type'],
          headers: response.headers,
          body: Buffer.concat(chunks),
        }),
      );
    });
    call.on('error', (error) => reject(signal.aborted ? new Error(TIMED_OUT, { cause: error }) : error));
    call.end(sent.body);
  });
}
