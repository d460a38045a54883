import { DescribeEndpointCommand, DescribeModelCommand, SageMakerClient } from '@aws-sdk/client-sagemaker';
import { describe, expect, test } from 'vitest';
import { type DemoContext, modelloop } from '../../demo/context.ts';
import { answersNow, fact, factOr } from '../../demo/progress.ts';
import { endpointName, servedModelName } from '../../shared/domain/names.ts';
import type { Champion, Retired } from '../../shared/domain/records.ts';
import { registryKeys } from '../../shared/domain/registry-keys.ts';

/** The last thing that happens to a model, and its undoing. */
export const retirementSuite = (context: () => DemoContext) =>
  describe('a model that is retired', () => {
    const champion = () => factOr<Champion>(context(), registryKeys.champion(context().model));

    test('serves nothing, keeps its history, and answers again as before when it is promoted', async () => {
      const { model, place } = context();
      const before = await fact<Champion>(context(), registryKeys.champion(model));
      const answer = await answersNow(context());
      await modelloop(context(), 'retire', model, '--yes', '--reason', 'end of the test');
      expect(await champion()).toBeUndefined();
      expect(await fact<Retired>(context(), registryKeys.retired(model))).toMatchObject({ release: before.release });
      const sagemaker = new SageMakerClient({ region: place.region });
      const EndpointName = endpointName(place, model);
      await expect(sagemaker.send(new DescribeEndpointCommand({ EndpointName }))).rejects.toThrow('Could not find');
      const ModelName = servedModelName(place, model, before.modelVersion);
      await expect(sagemaker.send(new DescribeModelCommand({ ModelName }))).rejects.toThrow('Could not find');

      await modelloop(context(), 'promote', model, '--version', String(before.modelVersion), '--wait');
      expect(await champion()).toMatchObject({ release: before.release + 1, modelVersion: before.modelVersion });
      expect(await answersNow(context())).toBe(answer);
    });
  });
