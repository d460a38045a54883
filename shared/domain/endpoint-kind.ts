import type { ModelDefinition } from './model-definition.ts';

type Serving = Pick<ModelDefinition, 'deployment'>;

const kindOf = ({ deployment }: Serving) => (deployment.serverless ? 'serverless' : 'on instances');

/**
 * Why a model version cannot take the place of the champion on its endpoint; undefined when it can. SageMaker does not update an
 * endpoint on instances to a serverless one, and documents nothing for the way back.
 */
export const kindChange = (live: Serving, asked: Serving, model: string, modelVersion: number): string | undefined =>
  kindOf(live) === kindOf(asked)
    ? undefined
    : `the endpoint is ${kindOf(live)}, and model version ${modelVersion} wants it ${kindOf(asked)}: SageMaker cannot update one to the other. ` +
      `modelloop retire ${model}, then modelloop promote ${model} --version ${modelVersion} makes it anew under the same name; nothing answers in between`;
