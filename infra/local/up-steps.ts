import { rmSync } from 'node:fs';
import { appSource } from './app-source.ts';
import { type Certificate, prepareCertificate } from './certificate.ts';
import { type CloudState, readCloudRecord, scratchDirectory, writeCloudRecord } from './cloud-state.ts';
import { bootstrap, deploy } from './deploy.ts';
import { choosePorts } from './ports.ts';
import { preparePython } from './python.ts';
import { logFile, placeOf, programsOf, start, waitUntilReady } from './start.ts';
import { type ModelTree, modelTrees, waitForCodeVersions } from './wait-for-code.ts';

/** One line of progress, and what is done under it. */
export interface Step {
  readonly title: string;
  readonly run: (report: (line: string) => void) => Promise<void>;
}

/** What the steps of one `up` hand on to each other. */
export interface UpContext {
  readonly directory: string;
  readonly signal: AbortSignal | undefined;
  certificate?: Certificate;
  /** Once the cloud runs. */
  state?: CloudState;
  /** As they were when the deployment began: what is changed meanwhile is for the next one. */
  source?: string;
  trees?: readonly ModelTree[];
}

/** MiniStack's root account and keys. It takes root's requests with any secret, so these keep nobody out. */
const ROOT = {
  account: '000000000000',
  region: 'us-east-1',
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
} as const;

export function startSteps(context: UpContext): Step[] {
  const { directory, signal } = context;
  const log = logFile(directory, 'setup');
  return [
    {
      title: 'Python environment',
      run: async (report) => {
        await preparePython({ log, report, signal });
      },
    },
    {
      title: 'TLS certificate',
      run: async () => {
        context.certificate = await prepareCertificate({ directory, log, signal });
      },
    },
    { title: 'emulator, local SageMaker and monitoring', run: (report) => startPrograms(context, report) },
  ];
}

async function startPrograms(context: UpContext, report: (line: string) => void): Promise<void> {
  const { directory, signal, certificate } = context;
  if (!certificate) throw new Error('the certificate is made before the programs start');
  const ports = await choosePorts(directory);
  const state: CloudState = {
    ...ROOT,
    endpoint: `https://127.0.0.1:${ports.emulator}`,
    caBundle: certificate.bundle,
    processes: [],
    startedAt: new Date().toISOString(),
    directory,
  };
  // What a killed emulator unpacked there is of no use to the next one.
  rmSync(scratchDirectory(directory), { recursive: true, force: true });
  const programs = programsOf(state, certificate, ports);
  const processes = [];
  for (const program of programs) {
    signal?.throwIfAborted();
    processes.push(await start(program, directory));
    // At once: should this process be killed now, `down` still finds what it started.
    writeCloudRecord({ ...state, processes, phase: 'starting' });
  }
  for (const [i, program] of programs.entries()) {
    const running = processes[i];
    if (!running) throw new Error(`${program.name} was not started`);
    report(`waiting for ${program.name} (process ${running.pid})${placeOf(program)}`);
    await waitUntilReady(program, running, directory, signal);
  }
  context.state = { ...state, processes };
  writeCloudRecord({ ...context.state, phase: 'running' });
}

export function deploySteps(context: UpContext): Step[] {
  const { directory, signal } = context;
  const withState = (work: (state: CloudState, report: (line: string) => void) => Promise<void>) => ({
    run: async (report: (line: string) => void) => {
      if (!context.state) throw new Error('the cloud runs before something is deployed to it');
      await work(context.state, report);
    },
  });
  return [
    { title: 'cdk bootstrap', ...withState((state, report) => bootstrap(state, { report, signal })) },
    {
      title: 'cdk deploy',
      ...withState(async (state, report) => {
        context.source = appSource();
        context.trees = await modelTrees();
        await deploy(state, { report, signal });
      }),
    },
    {
      title: 'code versions',
      ...withState(async (state, report) => {
        await waitForCodeVersions(state, context.trees ?? [], { report, signal });
        const record = readCloudRecord(directory);
        const deployedAt = new Date().toISOString();
        if (record)
          writeCloudRecord({ ...record, deployedAt, ...(context.source && { deployedSource: context.source }) });
      }),
    },
  ];
}
