import * as z from 'zod';
import { customResource } from '../../shared/runtime/custom-resource.ts';
import { objects, portsOf } from '../../shared/runtime/ports.ts';
import { publishCode } from '../../shared/use-cases/code/publish-code.ts';

const properties = z.object({ AssetBucket: z.string(), AssetKey: z.string(), Key: z.string() });
const ports = portsOf({ objects });

export const handler = customResource(properties, async ({ AssetBucket, AssetKey, Key }) => {
  await publishCode(ports, { asset: { bucket: AssetBucket, key: AssetKey }, key: Key });
  return Key;
});
