import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { CreateTrainingJobCommand, StopTrainingJobCommand } from '@aws-sdk/client-sagemaker';
import { describe, expect, test } from 'vitest';
import { filesOf, unpackArchive } from '../../../infra/local/sagemaker/archive.ts';
import { describeTraining, refusal, train, trainingEnd, trainingRequest } from './requests.ts';
import { BUCKET, eventually, isAlive, type World } from './world.ts';

export const trainingSuite = (world: World) =>
  describe('training jobs', () => {
    test('a job trains a real model, uploads it, and tells its story', async () => {
      const job = await train(world, 'trains', { max_depth: 3 });
      expect(job).toMatchObject({
        TrainingJobStatus: 'Completed',
        SecondaryStatus: 'Completed',
        ModelArtifacts: { S3ModelArtifacts: `s3://${BUCKET}/out/trains/output/model.tar.gz` },
        RoleArn: world.roleArn('training'),
        ResourceConfig: { InstanceType: 'ml.m5.large' },
      });
      expect(job.SecondaryStatusTransitions?.map(({ Status }) => Status)).toEqual([
        'Starting',
        'Downloading',
        'Training',
        'Uploading',
        'Completed',
      ]);
      expect(await filesIn(world, 'out/trains/output/model.tar.gz')).toEqual([
        'code/inference.py',
        'code/train.py',
        'metrics.json',
        'model.json',
      ]);
      const lines = await logged(world, '/aws/sagemaker/TrainingJobs', 'trains/algo-1-');
      expect(lines).toContain('trained on 80 rows');
    });

    test('the same job gives the same artefact, byte for byte', async () => {
      await train(world, 'again', { max_depth: 3 });
      const hash = async (job: string) =>
        createHash('sha256')
          .update(await world.bytes(`out/${job}/output/model.tar.gz`))
          .digest('hex');
      expect(await hash('again')).toBe(await hash('trains'));
    });

    test('the container contract: SM_ variables, arguments, channels by manifest, the role, and nothing of ours', async () => {
      await world.put(
        'manifests/a.manifest',
        JSON.stringify([{ prefix: `s3://${BUCKET}/` }, 'train/part/b.csv', 'flat/a.csv']),
      );
      const source = { S3DataType: 'ManifestFile', S3Uri: `s3://${BUCKET}/manifests/a.manifest` } as const;
      const job = await train(
        world,
        'contract',
        { behave: 'environment', max_depth: 4, label: 'la te', flag: true, n: 0.5 },
        {
          InputDataConfig: [{ ChannelName: 'train', DataSource: { S3DataSource: source } }],
          Environment: { MINE: 'yes' },
        },
      );
      expect(job.FailureReason).toBeUndefined();
      const {
        env,
        argv,
        cwd,
        train: files,
      } = JSON.parse(await fileIn(world, 'out/contract/output/model.tar.gz', 'environment.json'));
      const base = world.scratch('training-jobs', 'contract', 'opt', 'ml');
      expect(env).toMatchObject({
        SM_MODEL_DIR: join(base, 'model'),
        SM_CHANNEL_TRAIN: join(base, 'input/data/train'),
        SM_OUTPUT_DATA_DIR: join(base, 'output/data'),
        SM_CHANNELS: '["train"]',
        SM_HPS: '{"behave":"environment","flag":true,"label":"la te","max_depth":4,"n":0.5}',
        SM_HP_MAX_DEPTH: '4',
        SM_CURRENT_HOST: 'algo-1',
        SM_MODULE_NAME: 'train',
        TRAINING_JOB_NAME: 'contract',
        MINE: 'yes',
      });
      expect(JSON.parse(env.SM_TRAINING_ENV).channel_input_dirs).toEqual({ train: join(base, 'input/data/train') });
      expect(argv).toEqual([
        '--behave',
        'environment',
        '--flag',
        'True',
        '--label',
        'la te',
        '--max_depth',
        '4',
        '-n',
        '0.5',
      ]);
      expect(cwd).toBe(join(base, 'code'));
      expect(files).toEqual(['flat', 'train']);
      expect(env.AWS_SESSION_TOKEN).toBeTruthy();
      expect(env.AWS_ACCESS_KEY_ID).not.toBe(world.state?.credentials.accessKeyId);
      expect(Object.keys(env).filter((name) => name.startsWith('MODELLOOP'))).toEqual([]);
    });

    test('a script that fails gives its exit code and its last words', async () => {
      const job = await train(world, 'fails', { behave: 'exit' });
      expect(job).toMatchObject({ TrainingJobStatus: 'Failed', SecondaryStatus: 'Failed' });
      expect(job.FailureReason).toMatch(
        /^AlgorithmError: ExecuteUserScriptError:\nExitCode 1\nErrorMessage "no rows are left/,
      );
      expect(job.FailureReason).toMatch(/, exit code: 1$/);
      expect(await world.keys('out/fails/')).toEqual([]);
    });

    test('kill -9 of the training process fails the job with the signal, and leaves nothing running', async () => {
      const pids = await startHanging(world, 'killed');
      process.kill(pids.training, 'SIGKILL');
      const job = await trainingEnd(world, 'killed');
      expect(job.FailureReason).toMatch(/ExitCode 137\nErrorMessage "Process killed by SIGKILL \(signal 9\)/);
      expect(isAlive(pids.container)).toBe(false);
    });

    test('kill -9 of the container does the same, and takes the training process with it', async () => {
      const pids = await startHanging(world, 'killed-whole');
      process.kill(pids.container, 'SIGKILL');
      const job = await trainingEnd(world, 'killed-whole');
      expect(job.FailureReason).toBe('AlgorithmError: the container was killed by SIGKILL, exit code: 137');
      expect(isAlive(pids.training)).toBe(false);
    });

    test('StopTrainingJob lets the script save what it has', async () => {
      const pids = await startHanging(world, 'stopped', 'save-on-stop');
      await world.sagemaker.send(new StopTrainingJobCommand({ TrainingJobName: 'stopped' }));
      const job = await trainingEnd(world, 'stopped');
      expect(job).toMatchObject({ TrainingJobStatus: 'Stopped', SecondaryStatus: 'Stopped' });
      expect(job.SecondaryStatusTransitions?.map(({ Status }) => Status)).toContain('Stopping');
      expect(await fileIn(world, 'out/stopped/output/model.tar.gz', 'checkpoint.txt')).toBe('as far as it went');
      expect(isAlive(pids.training)).toBe(false);
      const again = await refusal(world.sagemaker.send(new StopTrainingJobCommand({ TrainingJobName: 'stopped' })));
      expect(again.message).toMatch(/is in status Stopped/);
    });

    test('MaxRuntimeInSeconds ends a job', async () => {
      const job = await train(world, 'too-long', { behave: 'hang' }, { StoppingCondition: { MaxRuntimeInSeconds: 3 } });
      expect(job).toMatchObject({ TrainingJobStatus: 'Stopped', SecondaryStatus: 'MaxRuntimeExceeded' });
      expect(await world.keys('out/too-long/')).toEqual([]);
    });

    test('two train at once; a third waits in Starting', async () => {
      await Promise.all([startHanging(world, 'one'), startHanging(world, 'two')]);
      await world.sagemaker.send(new CreateTrainingJobCommand(trainingRequest(world, 'three', { behave: 'exit' })));
      expect((await describeTraining(world, 'three')).SecondaryStatus).toBe('Starting');
      await world.sagemaker.send(new StopTrainingJobCommand({ TrainingJobName: 'one' }));
      expect((await trainingEnd(world, 'three')).TrainingJobStatus).toBe('Failed');
      await world.sagemaker.send(new StopTrainingJobCommand({ TrainingJobName: 'two' }));
      expect((await trainingEnd(world, 'two')).TrainingJobStatus).toBe('Stopped');
    });

    test('a role without a grant fails where the grant was needed', async () => {
      const data = await train(world, 'no-read', {}, { RoleArn: world.roleArn('nothing') });
      expect(data.FailureReason).toMatch(/^ClientError: Data download failed:AccessDenied: .*s3:ListBucket/);
      const output = await train(
        world,
        'no-write',
        {},
        { OutputDataConfig: { S3OutputPath: `s3://${BUCKET}/elsewhere/` } },
      );
      expect(output.FailureReason).toMatch(/^ClientError: Artifact upload failed:AccessDenied: .*s3:PutObject/);
    });

    test('no data, a broken manifest, a bundle without the program: each says what is wrong', async () => {
      const channel = (S3Uri: string, S3DataType: 'S3Prefix' | 'ManifestFile' = 'S3Prefix') => ({
        InputDataConfig: [{ ChannelName: 'train', DataSource: { S3DataSource: { S3DataType, S3Uri } } }],
      });
      await world.put('manifests/broken', '{"prefix": 1}');
      const [empty, broken, program] = await Promise.all([
        train(world, 'no-data', {}, channel(`s3://${BUCKET}/nowhere/`)),
        train(world, 'bad-manifest', {}, channel(`s3://${BUCKET}/manifests/broken`, 'ManifestFile')),
        train(world, 'no-program', { sagemaker_program: 'fit.py' }),
      ]);
      expect(empty.FailureReason).toMatch(/No S3 objects found under S3 URL "s3:\/\/ml-contract\/nowhere\/"/);
      expect(broken.FailureReason).toMatch(/manifests\/broken is not of the form/);
      expect(program.FailureReason).toMatch(/the bundle has no fit\.py: \['inference\.py', 'train\.py'\]/);
    });
  });

interface Pids {
  readonly container: number;
  readonly training: number;
}

/** Starts a job that hangs, and waits until its script runs (its first line is in the log). */
export async function startHanging(world: World, name: string, behave = 'hang'): Promise<Pids> {
  await world.sagemaker.send(new CreateTrainingJobCommand(trainingRequest(world, name, { behave })));
  await eventually(
    `${name} to hang`,
    () => readFileSync(world.scratch('training-jobs', name, 'output.log'), 'utf8').includes('hanging') || undefined,
  );
  return JSON.parse(readFileSync(world.scratch('training-jobs', name, 'process.json'), 'utf8')) as Pids;
}

async function unpacked(world: World, key: string): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), 'artefact-'));
  writeFileSync(join(directory, 'artefact.tgz'), await world.bytes(key));
  await unpackArchive(join(directory, 'artefact.tgz'), directory);
  return directory;
}

const filesIn = async (world: World, key: string) =>
  (await filesOf(await unpacked(world, key))).filter((file) => file !== 'artefact.tgz');

const fileIn = async (world: World, key: string, file: string) =>
  readFileSync(join(await unpacked(world, key), file), 'utf8');

export const logged = (world: World, logGroupName: string, logStreamNamePrefix: string): Promise<string[]> =>
  eventually(`lines in ${logGroupName} ${logStreamNamePrefix}`, async () => {
    const { events } = await world.logs.send(new FilterLogEventsCommand({ logGroupName, logStreamNamePrefix }));
    return events?.length ? events.map(({ message = '' }) => message) : undefined;
  });
