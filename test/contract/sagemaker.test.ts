import { afterAll, beforeAll } from 'vitest';
import { apiSuite } from './sagemaker/api-suite.ts';
import { endpointSuite } from './sagemaker/endpoint-suite.ts';
import { lifeSuite } from './sagemaker/life-suite.ts';
import { metricsSuite } from './sagemaker/metrics-suite.ts';
import { ownCodeSuite } from './sagemaker/own-code-suite.ts';
import { trainingSuite } from './sagemaker/training-suite.ts';
import { transformSuite } from './sagemaker/transform-suite.ts';
import { World } from './sagemaker/world.ts';

/** Local SageMaker with real processes, reached as any AWS client reaches it: through the emulator's TLS, signatures and IAM. */
const world = new World();
beforeAll(async () => {
  await world.up();
  await world.furnish();
});
afterAll(() => world.wipe());

apiSuite(world);
trainingSuite(world);
transformSuite(world);
endpointSuite(world);
metricsSuite(world);
ownCodeSuite(world);
lifeSuite(world);
