import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { DescribeEndpointCommand, SageMakerClient } from '@aws-sdk/client-sagemaker';
import { beforeAll, describe, expect, test } from 'vitest';
import { type DemoContext, modelloop } from '../../demo/context.ts';
import { type FlightRow, flightRows } from '../../demo/flights.ts';
import { pageArrives, pagesSince } from '../../demo/inbox.ts';
import { fact, factOr, runEnds } from '../../demo/progress.ts';
import { waitFor } from '../../demo/wait-for.ts';
import { checkout } from '../../infra/local/cloud-state.ts';
import { canaryAlarmName, endpointName } from '../../shared/domain/names.ts';
import type { Champion, Deployment, Head, Release, Run } from '../../shared/domain/records.ts';
import { registryKeys } from '../../shared/domain/registry-keys.ts';
import { RECIPE } from '../../shared/use-cases/code/bundle-model.ts';
import { type Calls, startCalling } from './caller.ts';

const PERCENT = 25;
/** The fixture's model answers 5xx to one call in three about this aircraft, which is no feature. */
const AIRCRAFT = 'N00PS';

/** A release by canary: taken back when it errs, brought in when it does not. Leaves a champion with a canary of its own. */
export const canarySuite = (context: () => DemoContext) =>
  describe('a release by canary', () => {
    let started: Date;
    let erring: Run;
    let rows: readonly FlightRow[];

    beforeAll(async () => {
      started = new Date();
      const { model } = context();
      rows = await flightRows(context(), 1, 50);
      const before = (await fact<Head>(context(), registryKeys.runHead(model))).latest;
      await modelloop(context(), 'push', model, '--wait', '--folder', await erringFolder(context()));
      erring = await runEnds(context(), before + 1, () => undefined);
      expect(erring.status, JSON.stringify(erring.failure)).toBe('finished');
    });

    test('that answers 5xx to one call in three hurts its share at most, and is taken back; one page says why', async () => {
      const before = await champion();
      const { deployment, calls } = await promoted((row) => ({ ...row, tailnum: AIRCRAFT }));
      tell('erring release', calls);
      expect(deployment).toMatchObject({ status: 'failed', rolledBackBy: expect.stringContaining('canary-errors') });
      expect(deployment.reason).toMatch(/^rolled back: \S+canary-errors\.d\d+ fired \(Threshold Crossed: .+\); /);
      expect(calls.errors.length).toBeGreaterThan(0);
      expect(calls.errors.length).toBeLessThanOrEqual((calls.total * PERCENT) / 100);
      expect(await champion()).toEqual(before);
      expect(await release(before.release)).toMatchObject({ endpointConfig: await servingConfig() });
      const page = await pageArrives(context(), 'failed-deployment', started);
      expect(page.text).toContain(deployment.reason);
      await freed();
      expect(await alarmsLeft()).toEqual([]);
    });

    test('that answers well fails no call, becomes the champion, and leaves no alarm; nobody else was paged', async () => {
      const { deployment, calls } = await promoted((row) => row);
      tell('good release', calls);
      expect(deployment, deployment.reason).toMatchObject({ status: 'live', modelVersion: erring.modelVersion });
      expect(calls.errors).toEqual([]);
      expect(await champion()).toMatchObject({ modelVersion: erring.modelVersion });
      expect(await alarmsLeft()).toEqual([]);
      // What is asked may have drifted from what the champion was trained on: that is another story.
      const pages = (await pagesSince(context(), started)).filter((p) => p.kind !== 'drift');
      expect(pages.map((p) => p.subject)).toEqual([expect.stringContaining('failed-deployment')]);
    });

    /** Asks for the erring version while an application calls. @returns what came of both */
    async function promoted(changed: (row: FlightRow) => FlightRow): Promise<{ deployment: Deployment; calls: Calls }> {
      const { model, place, ports } = context();
      let next = 0;
      const stop = startCalling(context(), async () => {
        const row = changed(rows[next++ % rows.length] ?? {});
        const { answer } = await ports.endpoints.invoke(endpointName(place, model), row);
        return JSON.stringify(answer);
      });
      const version = String(erring.modelVersion);
      const { execution } = JSON.parse(await modelloop(context(), 'promote', model, '--version', version, '--json'));
      const key = registryKeys.deployment(model, execution);
      const deployment = await waitFor(
        `${execution} ends`,
        async () => {
          const found = await factOr<Deployment>(context(), key);
          return found && found.status !== 'deploying' ? found : undefined;
        },
        { seconds: 180 },
      );
      return { deployment, calls: await stop() };
    }

    const champion = () => fact<Champion>(context(), registryKeys.champion(context().model));
    const release = (n: number) => fact<Release>(context(), registryKeys.release(context().model, n));
    const servingConfig = async () => {
      const EndpointName = endpointName(context().place, context().model);
      const sagemaker = new SageMakerClient({ region: context().place.region });
      const { EndpointConfigName } = await sagemaker.send(new DescribeEndpointCommand({ EndpointName }));
      return EndpointConfigName;
    };

    /** What is restored, or seen to serve, after a failure holds the lock for a moment. */
    const freed = () =>
      waitFor(
        'the endpoint is free',
        async () => ((await factOr(context(), registryKeys.deploymentLock(context().model))) ? undefined : true),
        { seconds: 60 },
      );

    async function alarmsLeft(): Promise<readonly (string | undefined)[]> {
      const { model, place } = context();
      const prefix = canaryAlarmName(place, model, 'canary-errors', 0).replace(/errors\.d0$/, '');
      const cloudwatch = new CloudWatchClient({ region: place.region });
      const { MetricAlarms = [] } = await cloudwatch.send(new DescribeAlarmsCommand({ AlarmNamePrefix: prefix }));
      return MetricAlarms.map((a) => a.AlarmName);
    }
  });

const tell = (what: string, { total, errors }: Calls): void => {
  const share = ((100 * errors.length) / total).toFixed(1);
  process.stdout.write(`${what}: ${total} calls, ${errors.length} errors, ${share}% of all (canary: ${PERCENT}%)\n`);
};

/** The example with a canary, and with the fixture's inference.py around the recipe's. */
async function erringFolder({ files, model }: DemoContext): Promise<string> {
  const folder = join(files, 'erring', model);
  await mkdir(folder, { recursive: true });
  const definition = await readFile(join(checkout, 'models', model, 'model.yaml'), 'utf8');
  const canary = `\ndeployment: { instances: 2, canary: { percent: ${PERCENT}, bakeMinutes: 5 } }\n`;
  await writeFile(join(folder, 'model.yaml'), definition + canary);
  await copyFile(join(RECIPE, 'inference.py'), join(folder, 'answering.py'));
  await copyFile(join(checkout, 'test/fixtures/erring-model/inference.py'), join(folder, 'inference.py'));
  return folder;
}
