import { type App, CliCredentialsStackSynthesizer, DefaultStackSynthesizer, type Stack, Tags } from 'aws-cdk-lib';
import { ManagedPolicy, PermissionsBoundary } from 'aws-cdk-lib/aws-iam';
import { stackName } from '../shared/domain/names.ts';
import type { ModelBundle } from './assets.ts';
import { ChatStack } from './chat-stack.ts';
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
  refuseServerlessIn(settings, models);
  const common = () => stackProps(settings);

  const repositories = new RepositoriesStack(app, stackName(stage, 'repositories'), { ...common(), settings });
  const pipelines = new PipelinesStack(app, stackName(stage, 'pipelines'), {
    ...common(),
    settings,
    bundles,
    duckdbLayer,
  });
  pipelines.addStackDependency(repositories);
  const modelStacks = models.map(({ model, path, treeHash, image, operations }) => {
    const stack = new ModelStack(app, stackName(stage, `model-${model}`), {
      ...common(),
      settings,
      model,
      bundle: { path, treeHash },
      image,
      ...(operations ? { operations } : {}),
    });
    stack.addStackDependency(pipelines);
    Tags.of(stack).add('modelloop:model', model);
    return stack;
  });
  const stacks: Stack[] = [repositories, pipelines, ...modelStacks];
  if (settings.chat.slack || settings.chat.teams) {
    const props = { ...common(), settings, models: models.map(({ model }) => model) };
    const chat = new ChatStack(app, stackName(stage, 'chat'), props);
    for (const stack of [pipelines, ...modelStacks]) chat.addStackDependency(stack);
    stacks.push(chat);
  }
  for (const stack of stacks) limit(stack, settings);
  for (const [key, value] of Object.entries({ ...settings.tags, 'modelloop:stage': stage }))
    Tags.of(app).add(key, value);
}

/** @throws when a model could not be served as the stage wants it: SageMaker offers no network to serverless endpoints */
function refuseServerlessIn({ stage, network }: StageSettings, models: readonly ModelBundle[]): void {
  const without = models.filter(({ serverless }) => serverless).map(({ model }) => model);
  if (network && without.length > 0)
    throw new Error(
      `stage "${stage}" has a network, which serverless endpoints cannot be in: give ${without.join(', ')} instances ` +
        '(deployment.instance), or deploy to a stage without network',
    );
}

/** Where a stack goes, and by which bootstrap it goes there. */
function stackProps(settings: StageSettings) {
  // Without credentials neither account nor region is known, and the template leaves both to the deployment.
  const account = settings.account ?? process.env.CDK_DEFAULT_ACCOUNT;
  const region = settings.region ?? process.env.CDK_DEFAULT_REGION;
  const qualifier = settings.bootstrapQualifier ? { qualifier: settings.bootstrapQualifier } : {};
  return {
    ...(account && region ? { env: { account, region } } : {}),
    synthesizer: settings.deployWithCliCredentials
      ? new CliCredentialsStackSynthesizer(qualifier)
      : new DefaultStackSynthesizer(qualifier),
    // Of the stacks themselves: CloudFormation hands them on to what a template cannot tag.
    tags: settings.tags,
  };
}

/** No role may do more than the company allows, whoever made it: CDK's own, too. */
function limit(stack: Stack, { permissionsBoundary }: StageSettings): void {
  if (permissionsBoundary === undefined) return;
  PermissionsBoundary.of(stack).apply(ManagedPolicy.fromManagedPolicyArn(stack, 'Boundary', permissionsBoundary));
}
