import { App } from 'aws-cdk-lib';
import { bundleFunctions, duckdbLayer, modelBundles } from './assets.ts';
import { settingsOf } from './config.ts';
import { addStacks } from './stacks.ts';

const app = new App();
const settings = settingsOf(app.node.tryGetContext('stage'));
const [bundles, layer, models] = await Promise.all([bundleFunctions(), duckdbLayer(settings), modelBundles()]);
addStacks(app, { settings, bundles, duckdbLayer: layer, models });
app.synth();
