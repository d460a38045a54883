import { beforeEach, describe, expect, it } from 'vitest';
import { memoryEndpoints } from '../../../shared/adapters/memory/endpoints.ts';
import { registryKeys } from '../../../shared/domain/registry-keys.ts';
import { failRun } from '../../../shared/use-cases/build/fail-run.ts';
import { readRuns } from '../../../shared/use-cases/build/read-runs.ts';
import { startRun } from '../../../shared/use-cases/build/start-run.ts';
import { beginDeployment } from '../../../shared/use-cases/deployment/begin-deployment.ts';
import { commitRelease } from '../../../shared/use-cases/deployment/commit-release.ts';
import { NothingLiveError } from '../../../shared/use-cases/deployment/live-release.ts';
import { predict } from '../../../shared/use-cases/deployment/predict.ts';
import { readReleases } from '../../../shared/use-cases/deployment/read-releases.ts';
import { startDeployment } from '../../../shared/use-cases/deployment/start-deployment.ts';
import { readLineage } from '../../../shared/use-cases/read-lineage.ts';
import { readStatus } from '../../../shared/use-cases/read-status.ts';
import { approveAnother, approvedModel } from '../../fixtures/approved-model.ts';
import { addDataVersion, MODEL, type PipelineWorld, part } from '../../fixtures/pipeline-world.ts';

const owned = { model: MODEL, modelVersion: 1, run: 1, execution: 'churn-v1-r1', kind: 'promotion' } as const;
const endpoint = 'modelloop-test-churn';

describe('reading what is on record', () => {
  let world: PipelineWorld;
  const goLive = async () => {
    await startDeployment(world, owned);
    await beginDeployment(world, owned);
    return commitRelease(world, { ...owned, endpoint, endpointConfig: 'modelloop-test-churn-d1' });
  };
  beforeEach(async () => {
    world = await approvedModel();
    await world.store.commit([{ put: registryKeys.catalogue(MODEL), value: {}, expect: 'absent' }]);
  });

  describe('status', () => {
    it('says what is live, since when and how good', async () => {
      const { liveFrom } = await goLive();
      const [status] = await readStatus(world);
      expect(status).toMatchObject({
        model: MODEL,
        live: { release: 1, modelVersion: 1, endpoint, liveFrom, metric: 'auc', scores: { auc: 0.8 } },
        data: { version: 1, rows: 200 },
        code: { version: 1 },
        underWay: {},
        lastRun: { run: 1, status: 'finished' },
        next: 'waiting for new data or code: run 1 took the newest, data version 1 × code version 1',
        failures: [],
      });
    });

    it('says what is under way', async () => {
      await startDeployment(world, owned);
      await beginDeployment(world, owned);
      await addDataVersion(world, 2, [part('mar')]);
      await startRun(world, { model: MODEL });
      const [status] = await readStatus(world, { model: MODEL });
      expect(status?.live).toBeNull();
      expect(status?.underWay).toMatchObject({
        run: { run: 2, dataVersion: 2, codeVersion: 1 },
        deployment: { run: 1, modelVersion: 1 },
      });
    });

    it('says what failed lately, and which run is due', async () => {
      await addDataVersion(world, 2, [part('mar')]);
      await startRun(world, { model: MODEL });
      await failRun(world, { model: MODEL, run: 2 }, { status: 'FAILED', cause: 'out of memory' });
      await addDataVersion(world, 3, [part('apr')]);
      const [status] = await readStatus(world);
      expect(status?.failures).toMatchObject([{ what: 'run', name: 'run 2', reason: 'out of memory' }]);
      expect(status).toMatchObject({ runDue: true, next: 'run 3 is due: data version 3 × code version 1' });
    });

    it('knows a model before anything came of it', async () => {
      await world.store.commit([{ put: registryKeys.catalogue('fresh'), value: {}, expect: 'absent' }]);
      expect(await readStatus(world, { model: 'fresh' })).toEqual([
        {
          ...{ model: 'fresh', live: null, underWay: {}, runDue: false, next: 'no data version yet' },
          ...{ needs: [], failures: [], watch: {} },
        },
      ]);
      expect((await readStatus(world)).map((s) => s.model)).toEqual([MODEL, 'fresh']);
    });
  });

  it('lists runs and releases, newest first', async () => {
    await goLive();
    await approveAnother(world, 2);
    expect((await readRuns(world, { model: MODEL })).map((r) => r.run)).toEqual([2, 1]);
    expect((await readRuns(world, { model: MODEL, limit: 1 })).map((r) => r.run)).toEqual([2]);
    expect(await readReleases(world, { model: MODEL })).toMatchObject([{ release: 1, live: true }]);
  });

  it('leads from the endpoint to the uploaded objects, with a hash at each step', async () => {
    const release = await goLive();
    const lineage = await readLineage(world, { model: MODEL });
    expect(lineage).toMatchObject({
      endpoint,
      release,
      modelVersion: { version: 1, artifact: { sha256: release.artifactSha256 } },
      codeVersion: { version: 1, treeHash: expect.stringMatching(/^[0-9a-f]{64}$/) },
      dataVersion: { version: 1, manifestHash: expect.stringMatching(/^[0-9a-f]{64}$/) },
      run: { run: 1 },
    });
    expect(lineage.parts.map((p) => [p.source.key, p.source.versionId]).sort()).toEqual([
      ['in/churn/feb.csv', 'v-feb'],
      ['in/churn/jan.csv', 'v-jan'],
    ]);
    expect(await readLineage(world, { model: MODEL, release: 1 })).toEqual(lineage);
    await expect(readLineage(world, { model: MODEL, release: 2 })).rejects.toThrow('no release#00000002');
  });

  describe('a prediction', () => {
    const answering = (answer: unknown) => ({ ...world, endpoints: memoryEndpoints({ [endpoint]: () => answer }) });

    it('comes from what is live, and says what that is', async () => {
      await goLive();
      expect(await predict(answering({ prediction: 0.25 }), { model: MODEL, features: { age: 30 } })).toEqual({
        prediction: 0.25,
        model: MODEL,
        release: 1,
        modelVersion: 1,
        endpoint,
      });
    });

    it('is refused when the answer is none', async () => {
      await goLive();
      await expect(predict(answering({ prediction: 7 }), { model: MODEL, features: {} })).rejects.toThrow(
        'expected a probability from 0 to 1, got {"prediction":7}',
      );
    });

    it('needs something live, and says so', async () => {
      await expect(predict(world, { model: MODEL, features: {} })).rejects.toThrow(NothingLiveError);
      await expect(predict(world, { model: MODEL, features: {} })).rejects.toThrow(
        'nothing of model churn is live yet',
      );
      await expect(predict(world, { model: 'nope', features: {} })).rejects.toThrow('there is no model nope');
    });
  });
});
