import { type App, CliCredentialsStackSynthesizer, Tags } from 'aws-cdk-lib';
import { stackName } from '../shared/domain/names.ts';
import type { ModelBundle } from './assets.ts';
import type { StageSettings } from './config.ts';
import { ModelStack } from './model-stack.ts';
import { PipelinesStack } from './pipelines-stack.ts';
import { RepositoriesStack } from './repositories-stack.ts';

export interface StackInputs {
  readonly settings: StageSettings;
  readonly bundles: string;
  readonly duckdbLayer: string;
  readonly models: readonly ModelBundle[];
}

/** All stacks of a stage: what is kept, what works, and one for each model. */
export function addStacks(app: App, { settings, bundles, duckdbLayer, models }: StackInputs): void {
  const { stage } = settings;
  // Without credentials neither account nor region is known, and the template leaves both to the deployment.
  const { CDK_DEFAULT_ACCOUNT: account, CDK_DEFAULT_REGION: region } = process.env;
  const common = () => ({
    ...(account && region ? { env: { account, region } } : {}),
    ...(settings.deployWithCliCredentials ? { synthesizer: new CliCredentialsStackSynthesizer() } : {}),
  });

  const repositories = new RepositoriesStack(app, stackName(stage, 'repositories'), { ...common(), stage });
  const pipelines = new PipelinesStack(app, stackName(stage, 'pipelines'), {
    ...common(),
    settings,
    bundles,
    duckdbLayer,
  });
  pipelines.addStackDependency(repositories);
  for (const { model, path, treeHash, operations } of models) {
    const stack = new ModelStack(app, stackName(stage, `model-${model}`), {
      ...common(),
      settings,
      model,
      bundle: { path, treeHash },
      ...(operations ? { operations } : {}),
    });
    stack.addStackDependency(pipelines);
    Tags.of(stack).add('modelloop:model', model);
  }
  Tags.of(app).add('modelloop:stage', stage);
}
