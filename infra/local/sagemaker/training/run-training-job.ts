import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { SecondaryStatus } from '@aws-sdk/client-sagemaker';
import { packDirectory } from '../archive.ts';
import { LogStream } from '../cloud/log-stream.ts';
import type { RoleSession } from '../cloud/ports.ts';
import { below, parseS3Uri } from '../cloud/ports.ts';
import { FAILURE_REASON_LIMIT, JobFailure, messageOf } from '../errors.ts';
import type { Interruption } from '../interruption.ts';
import { INTERRUPTED_BY_US } from '../interruption.ts';
import type { Exit } from '../processes.ts';
import { startContainer } from '../processes.ts';
import type { TrainingJob } from '../resources.ts';
import type { Surroundings } from '../sagemaker.ts';
import { baseEnvironment, ContainerDisk } from '../scratch.ts';
import { algorithmError } from './failure-reason.ts';
import { downloadChannels, TRAINING_DIRECTORIES, writeConfiguration } from './layout.ts';
import type { Ending } from './training-status.ts';

/** A stopped container has so long to save what it has, as on AWS. */
const STOP_GRACE_MS = 120_000;
const SHUTDOWN_GRACE_MS = 2_000;
const LOG_GROUP = '/aws/sagemaker/TrainingJobs';
const SCRIPT = join(import.meta.dirname, '..', 'container', 'train.py');

/**
 * Runs one training job from its request to its end. Never rejects for anything that the job did.
 * @param signal aborted with an Interruption as its reason
 * @param enter is told each secondary status on the way
 */
export async function runTrainingJob(
  around: Surroundings,
  job: TrainingJob,
  signal: AbortSignal,
  enter: (status: SecondaryStatus) => void,
): Promise<Ending> {
  const disk = new ContainerDisk(join(around.settings.scratchDir, 'training-jobs', job.name));
  try {
    signal.throwIfAborted();
    const session = await around.cloud.assume(job.request.RoleArn ?? '', `SageMaker-${job.name}`);
    enter('Downloading');
    await disk.create(TRAINING_DIRECTORIES);
    await writeConfiguration(disk, job.request);
    const channels = job.request.InputDataConfig ?? [];
    await downloadChannels(disk, channels, { session, region: around.settings.region, signal });
    signal.throwIfAborted();
    enter('Training');
    const exit = await train({ around, job, signal, disk, session });
    if (exit.code !== 0 && !signal.aborted) {
      return { status: 'Failed', failureReason: await algorithmError(disk.path('output/failure'), exit) };
    }
    if (signal.reason === 'shutdown') return interrupted(signal);
    enter('Uploading');
    await uploadArtifacts(session, job, disk, signal.aborted);
    return signal.aborted ? interrupted(signal) : { status: 'Completed' };
  } catch (error) {
    if (signal.aborted) return interrupted(signal);
    const reason = error instanceof JobFailure ? error.message : `InternalServerError: ${messageOf(error)}`;
    return { status: 'Failed', failureReason: reason.slice(0, FAILURE_REASON_LIMIT) };
  } finally {
    await disk.forgetData();
  }
}

function interrupted(signal: AbortSignal): Ending {
  const why = signal.reason as Interruption;
  if (why === 'shutdown') return { status: 'Failed', failureReason: INTERRUPTED_BY_US };
  return { status: why === 'max-runtime' ? 'MaxRuntimeExceeded' : 'Stopped' };
}

interface Run {
  readonly around: Surroundings;
  readonly job: TrainingJob;
  readonly signal: AbortSignal;
  readonly disk: ContainerDisk;
  readonly session: RoleSession;
}

/** Runs the container until it ends, by itself or stopped by the signal. */
async function train({ around, job, signal, disk, session }: Run): Promise<Exit> {
  const names = { group: LOG_GROUP, stream: `${job.name}/algo-1-${Math.floor(around.now())}` };
  const log = new LogStream(session, names, disk.logFile, around.report);
  const container = startContainer({
    python: around.settings.python,
    script: SCRIPT,
    cwd: disk.base,
    env: {
      ...baseEnvironment(),
      ...(await session.environment()),
      ...job.request.Environment,
      SAGEMAKER_BASE_DIR: disk.base,
      TRAINING_JOB_NAME: job.name,
      TRAINING_JOB_ARN: job.arn,
    },
    onLine: (line) => log.write(line),
    onControl: (facts) =>
      void disk
        .describeProcess({ job: job.name, container: container.pid, processGroup: container.pid, ...facts })
        .catch((error: unknown) => around.report(`process.json of ${job.name}: ${messageOf(error)}`)),
  });
  const stop = () => void container.stop(signal.reason === 'shutdown' ? SHUTDOWN_GRACE_MS : STOP_GRACE_MS);
  signal.addEventListener('abort', stop);
  if (signal.aborted) stop();
  try {
    return await container.exited;
  } finally {
    signal.removeEventListener('abort', stop);
    await log.close();
  }
}

/** model.tar.gz, and output.tar.gz when the program wrote to /opt/ml/output/data. A stopped job uploads what it has, if anything. */
async function uploadArtifacts(
  session: RoleSession,
  job: TrainingJob,
  disk: ContainerDisk,
  onlyIfAny: boolean,
): Promise<void> {
  const artifacts = [
    { directory: 'model', target: parseS3Uri(job.artifact), optional: onlyIfAny },
    {
      directory: 'output/data',
      target: below(job.request.OutputDataConfig?.S3OutputPath ?? '', `${job.name}/output/output.tar.gz`),
      optional: true,
    },
  ];
  for (const { directory, target, optional } of artifacts) {
    if (optional && (await readdir(disk.path(directory))).length === 0) continue;
    const archive = disk.path(`${directory.replace('/', '-')}.tar.gz`);
    await packDirectory(disk.path(directory), archive);
    await session.upload(target, archive, 'application/gzip').catch((error: unknown) => {
      const place = `s3://${target.bucket}/${target.key}, as ${session.roleArn}`;
      throw new JobFailure(`ClientError: Artifact upload failed:${messageOf(error)} (${place})`, { cause: error });
    });
  }
}
