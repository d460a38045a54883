import { expect, it } from 'vitest';
import { codeKeys } from '../../../shared/domain/keys.ts';
import { ObjectNotFoundError } from '../../../shared/ports/object-store.ts';
import { publishCode } from '../../../shared/use-cases/code/publish-code.ts';
import { buckets, MODEL, pipelineWorld } from '../../fixtures/pipeline-world.ts';

it('a deployment puts its bundle where the code repository looks', async () => {
  const world = pipelineWorld();
  const asset = { bucket: 'assets', key: 'bundle.gz' };
  const key = codeKeys.upload(MODEL, 'abc');
  await expect(publishCode(world, { asset, key })).rejects.toThrow(ObjectNotFoundError);
  world.objects.put(asset.bucket, asset.key, 'bundle');
  await publishCode(world, { asset, key });
  expect(key).toBe(`in/${MODEL}/abc.tar.gz`);
  expect(new TextDecoder().decode(await world.objects.read({ bucket: buckets.code, key }))).toBe('bundle');
});
