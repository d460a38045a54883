import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { loadApiModel } from './api-model.ts';
import { AwsCloud } from './cloud/aws-cloud.ts';
import { messageOf } from './errors.ts';
import { requestListener } from './http.ts';
import { runtimeDigest } from './image.ts';
import { InvocationLog } from './runtime/invocation-log.ts';
import type { Surroundings } from './sagemaker.ts';
import { Endpoints } from './serving/endpoints.ts';
import { readSettings } from './settings.ts';
import { Store } from './store.ts';
import { TrainingJobs } from './training/training-jobs.ts';
import { TransformJobs } from './transform/transform-jobs.ts';

/**
 * Local SageMaker: `node infra/local/sagemaker/server.ts`, on 127.0.0.1 only. Prints `local SageMaker listens on 127.0.0.1:<port>` when it
 * takes requests; ends with all its containers on SIGTERM and SIGINT.
 */
const report = (line: string): void => void process.stderr.write(`${new Date().toISOString()} ${line}\n`);

async function main(): Promise<void> {
  const settings = readSettings();
  const [model, digest] = await Promise.all([loadApiModel(settings.python), runtimeDigest(settings.python)]);
  const around: Surroundings = {
    settings,
    store: new Store(settings.stateDir),
    cloud: new AwsCloud(settings),
    now: () => Date.now() / 1000,
    report,
  };
  const trainingJobs = new TrainingJobs(around);
  const transformJobs = new TransformJobs(around);
  const endpoints = new Endpoints(around, digest);
  trainingJobs.failInterrupted();
  transformJobs.failInterrupted();
  endpoints.resume();
  const invocations = new InvocationLog();
  const sagemaker = { ...around, model, trainingJobs, transformJobs, endpoints, invocations };
  const server = createServer(requestListener(sagemaker, report));
  server.listen(settings.port, '127.0.0.1', () => {
    process.stdout.write(`local SageMaker listens on 127.0.0.1:${(server.address() as AddressInfo).port}\n`);
  });
  let closing = false;
  const shutdown = (): void => {
    if (closing) return;
    closing = true;
    server.close();
    const ended = [trainingJobs.shutdown(), transformJobs.shutdown(), endpoints.shutdown()];
    void Promise.allSettled(ended).then(() => process.exit(0));
  };
  process.on('SIGTERM', shutdown);
  process.on('SIGINT', shutdown);
}

main().catch((error: unknown) => {
  report(`local SageMaker does not start: ${messageOf(error)}`);
  process.exit(1);
});
