import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { CreateModelInput } from '@aws-sdk/client-sagemaker';
import { LogStream } from '../cloud/log-stream.ts';
import type { RoleSession } from '../cloud/ports.ts';
import { below } from '../cloud/ports.ts';
import { JobFailure, messageOf } from '../errors.ts';
import type { InputObject } from '../inputs.ts';
import { inputObjects } from '../inputs.ts';
import type { TransformJob } from '../resources.ts';
import type { Surroundings } from '../sagemaker.ts';
import { ContainerDisk } from '../scratch.ts';
import { prepareModelData } from '../serving/model-data.ts';
import type { ModelServer } from '../serving/model-server.ts';
import { startModelServer } from '../serving/model-server.ts';
import { transformFile } from './transform-file.ts';

const LOG_GROUP = '/aws/sagemaker/TransformJobs';
const STARTUP_MS = 480_000;
/** AWS's default of ModelClientConfig.InvocationsTimeoutInSeconds. */
const INVOCATION_MS = 600_000;

/**
 * Runs one transform job with the model's execution role. An output file is uploaded when its input is done.
 * @throws JobFailure, or whatever `signal` was aborted with
 */
export async function runTransformJob(
  around: Surroundings,
  job: TransformJob,
  model: CreateModelInput,
  signal: AbortSignal,
): Promise<void> {
  const disk = new ContainerDisk(join(around.settings.scratchDir, 'transform-jobs', job.name));
  const session = await around.cloud.assume(model.ExecutionRoleArn ?? '', `SageMaker-${job.name}`);
  try {
    const source = job.request.TransformInput?.DataSource?.S3DataSource ?? {};
    const objects = await inputObjects(session, source, around.settings.region);
    await prepareModelData(disk, model, session);
    signal.throwIfAborted();
    const stream = `${job.name}/i-local-${Math.floor(around.now())}`;
    const log = new LogStream(session, { group: LOG_GROUP, stream }, disk.logFile, around.report);
    try {
      await withServer(around, { job, model, disk, session, log, signal }, async (server) => {
        for (const object of objects) await transformObject(job, { disk, session, server, signal }, object);
      });
    } finally {
      await log.close();
    }
  } finally {
    await disk.forgetData();
  }
}

interface Run {
  readonly job: TransformJob;
  readonly model: CreateModelInput;
  readonly disk: ContainerDisk;
  readonly session: RoleSession;
  readonly log: LogStream;
  readonly signal: AbortSignal;
}

async function withServer(around: Surroundings, run: Run, work: (server: ModelServer) => Promise<void>): Promise<void> {
  const server = await startModelServer({
    python: around.settings.python,
    disk: run.disk,
    model: run.model,
    environment: { ...run.job.request.Environment, SAGEMAKER_BATCH: 'true' },
    session: run.session,
    log: run.log,
    startupMs: STARTUP_MS,
    signal: run.signal,
  }).catch((error: unknown) => {
    const reason = `ClientError: See job logs for more information: ${messageOf(error)} (log: ${run.disk.logFile})`;
    throw new JobFailure(reason, { cause: error });
  });
  // A request that is under way fails when its container ends: so a stopped job does not wait for the model.
  const stop = () => void server.stop();
  run.signal.addEventListener('abort', stop);
  try {
    run.signal.throwIfAborted();
    await work(server);
  } finally {
    run.signal.removeEventListener('abort', stop);
    await server.stop();
  }
}

async function transformObject(
  { request }: TransformJob,
  { disk, session, server, signal }: Pick<Run, 'disk' | 'session' | 'signal'> & { server: ModelServer },
  object: InputObject,
): Promise<void> {
  signal.throwIfAborted();
  const from = disk.path('input/transform', 'in', object.relative);
  const to = disk.path('input/transform', 'out', `${object.relative}.out`);
  if (!from.startsWith(disk.path('input/transform/in/'))) {
    throw new JobFailure(`ClientError: the key ${object.key} leads out of its prefix`);
  }
  const place = `s3://${object.bucket}/${object.key}`;
  await mkdir(dirname(from), { recursive: true });
  await mkdir(dirname(to), { recursive: true });
  await session.download(object, from).catch((error: unknown) => {
    throw new JobFailure(`ClientError: Data download failed:${messageOf(error)} (${place}, as ${session.roleArn})`);
  });
  await transformFile(request, from, to, (payload) => ask(request, server, payload)).catch((error: unknown) => {
    throw error instanceof JobFailure ? new JobFailure(`${error.message} (${place})`, { cause: error }) : error;
  });
  const target = below(request.TransformOutput?.S3OutputPath ?? '', `${object.relative}.out`);
  await session
    .upload(target, to, request.TransformOutput?.Accept ?? 'application/octet-stream')
    .catch((error: unknown) => {
      const where = `s3://${target.bucket}/${target.key}, as ${session.roleArn}`;
      throw new JobFailure(`ClientError: Output upload failed:${messageOf(error)} (${where})`, { cause: error });
    });
}

async function ask(request: TransformJob['request'], server: ModelServer, body: string | Buffer): Promise<Buffer> {
  const answer = await server
    .invoke({
      body,
      contentType: request.TransformInput?.ContentType,
      accept: request.TransformOutput?.Accept,
      timeoutMs: INVOCATION_MS,
    })
    .catch((error: unknown) => {
      throw new JobFailure(`AlgorithmError: See job logs for more information: ${messageOf(error)}`, { cause: error });
    });
  if (answer.status < 400) return answer.body;
  const side = answer.status < 500 ? 'ClientError' : 'AlgorithmError';
  const words = answer.body.toString('utf8').slice(0, 400);
  throw new JobFailure(`${side}: See job logs for more information: the model answered ${answer.status}: ${words}`);
}
