import { App } from 'aws-cdk-lib';
import { bundleFunctions, duckdbLayer, modelBundles, ROOT } from './assets.ts';
import { readCompanySettings } from './company-settings.ts';
import { settingsOf } from './config.ts';
import { addStacks } from './stacks.ts';

try {
  const app = new App();
  const company = readCompanySettings(ROOT, app.node.tryGetContext('config'));
  const settings = settingsOf(app.node.tryGetContext('stage'), company);
  const [bundles, layer, models] = await Promise.all([bundleFunctions(), duckdbLayer(settings), modelBundles()]);
  addStacks(app, { settings, bundles, duckdbLayer: layer, models });
  app.synth();
} catch (error) {
  // What is wrong with a definition or a setting is for whoever wrote it: the reason, not where we noticed.
  const told =
    error instanceof Error && process.env.MODELLOOP_DEBUG !== '1' ? `${error.name}: ${error.message}` : error;
  console.error(told);
  process.exitCode = 1;
}
