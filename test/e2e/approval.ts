import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DescribeEndpointCommand, DescribeEndpointConfigCommand, SageMakerClient } from '@aws-sdk/client-sagemaker';
import { beforeAll, describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { type DemoContext, modelloop } from '../../demo/context.ts';
import { answersNow, fact, factOr, runEnds } from '../../demo/progress.ts';
import { waitFor } from '../../demo/wait-for.ts';
import { checkout } from '../../infra/local/cloud-state.ts';
import { endpointName } from '../../shared/domain/names.ts';
import type { Champion, Head, Release, Run } from '../../shared/domain/records.ts';
import { registryKeys } from '../../shared/domain/registry-keys.ts';

const SERVERLESS = { memoryMiB: 2048, maxConcurrency: 5 };
/** Learns little, yet passes the gate: what comes after it is better. */
const WEAK = [{ name: 'weak', hyperparameters: { max_depth: 3, num_round: 3 } }];

/** A model moves to an endpoint without instances, where nothing is released without a word. Leaves it there. */
export const approvalSuite = (context: () => DemoContext) =>
  describe('a model that is to be served without instances, and with approval only', () => {
    let weak: Run;
    beforeAll(async () => {
      weak = await pushed('weak', { candidates: WEAK });
      expect(weak.verdict?.decision, JSON.stringify(weak.verdict)).toBe('keep-champion');
    });

    test('is refused on an endpoint on instances, which goes on answering; the words say how to go about it', async () => {
      const before = await champion();
      await expect(promote(weak.modelVersion)).rejects.toMatchObject({
        stdout: expect.stringMatching(/the endpoint is on instances, .* wants it serverless.*modelloop retire/s),
      });
      expect(await champion()).toEqual(before);
      expect(await answersNow(context())).toBeTruthy();
    });

    test('goes there by being retired and promoted', async () => {
      const { model } = context();
      await modelloop(context(), 'retire', model, '--yes', '--reason', 'moves to a serverless endpoint');
      await promote(weak.modelVersion);
      expect(await champion()).toMatchObject({ modelVersion: weak.modelVersion });
      expect(await variantThatServes()).toMatchObject({
        ServerlessConfig: { MemorySizeInMB: SERVERLESS.memoryMiB, MaxConcurrency: SERVERLESS.maxConcurrency },
      });
      expect(await answersNow(context())).toBeTruthy();
    });

    test('is replaced by a better one when somebody approves, and not before', async () => {
      const { model } = context();
      const better = await pushed('better', {});
      expect(better.verdict?.decision, JSON.stringify(better.verdict)).toBe('promote');
      await waitFor(
        `run ${better.run} is waiting for approval`,
        async () => (await deploymentOf(better))?.status === 'waiting-for-approval' || undefined,
        { seconds: 60 },
      );
      expect(await champion()).toMatchObject({ modelVersion: weak.modelVersion });
      const { models } = JSON.parse(await modelloop(context(), 'status', '--json'));
      expect(JSON.stringify(models)).toContain(`modelloop approve ${model} --run ${better.run}`);

      const answered = await answersNow(context());
      await modelloop(context(), 'approve', model, '--run', String(better.run), '--reason', 'looks right', '--wait');
      const { release, modelVersion } = await champion();
      expect(modelVersion).toBe(better.modelVersion);
      expect(await fact<Release>(context(), registryKeys.release(model, release))).toMatchObject({
        approval: { reason: 'looks right' },
      });
      expect((await deploymentOf(better))?.status).toBe('live');
      expect(await answersNow(context())).not.toBe(answered);
    });

    const champion = () => fact<Champion>(context(), registryKeys.champion(context().model));
    const promote = (version = Number.NaN) =>
      modelloop(context(), 'promote', context().model, '--version', String(version), '--wait');
    const deploymentOf = async ({ run }: Run) =>
      (await factOr<Run>(context(), registryKeys.run(context().model, run)))?.deployment;

    /** Pushes the example with these changes, and waits for the run that follows. */
    async function pushed(name: string, changes: object): Promise<Run> {
      const { model, files } = context();
      const { latest } = await fact<Head>(context(), registryKeys.runHead(model));
      const folder = join(files, name, model);
      await mkdir(folder, { recursive: true });
      const definition = parse(await readFile(join(checkout, 'models', model, 'model.yaml'), 'utf8'));
      const deployment = { approval: 'manual', serverless: SERVERLESS };
      await writeFile(join(folder, 'model.yaml'), stringify({ ...definition, ...changes, deployment }));
      await modelloop(context(), 'push', model, '--wait', '--folder', folder);
      const run = await runEnds(context(), latest + 1, () => undefined);
      expect(run.status, JSON.stringify(run.failure)).toBe('finished');
      return run;
    }

    async function variantThatServes() {
      const sagemaker = new SageMakerClient({ region: context().place.region });
      const EndpointName = endpointName(context().place, context().model);
      const { EndpointConfigName } = await sagemaker.send(new DescribeEndpointCommand({ EndpointName }));
      const config = await sagemaker.send(new DescribeEndpointConfigCommand({ EndpointConfigName }));
      return config.ProductionVariants?.[0];
    }
  });
