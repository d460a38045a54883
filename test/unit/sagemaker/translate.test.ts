import { createServer } from 'node:net';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { expect, test } from 'vitest';
import { CloudError, UnreachableError } from '../../../infra/local/sagemaker/cloud/ports.ts';
import { translated } from '../../../infra/local/sagemaker/cloud/translate.ts';

const refusal = (name: string, status: number) =>
  Object.assign(new Error('no'), { name, $metadata: { httpStatusCode: status } });

test.each([
  [refusal('NoSuchKey', 404), 'NoSuchKey'],
  // Of a HEAD request only the status is left.
  [refusal('Forbidden', 403), 'AccessDenied'],
  [refusal('RequestTimeout', 400), 'RequestTimeout'],
])('what the cloud refuses has its code: %s', async (error, code) => {
  const found = await translated(() => Promise.reject(error)).catch((e: unknown) => e);
  expect(found).toBeInstanceOf(CloudError);
  expect(found).toMatchObject({ code, cause: error });
});

test('a cloud that does not answer has refused nothing', async () => {
  const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
  const endpoint = `http://127.0.0.1:${await freePort()}`;
  const sts = new STSClient({ region: 'us-east-1', endpoint, credentials, maxAttempts: 1 });
  const call = translated(() => sts.send(new GetCallerIdentityCommand({})));
  await expect(call).rejects.toThrow(UnreachableError);
});

/** One that nobody listens at. */
const freePort = () =>
  new Promise<number>((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' ? (address?.port ?? 0) : 0));
    });
  });
