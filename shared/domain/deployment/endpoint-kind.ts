import type { ModelDefinition } from '../definition/model-definition.ts';

type Serving = Pick<ModelDefinition, 'deployment'>;

const kindOf = ({ deployment }: Serving) => (deployment.serverless ? 'serverless' : 'on instances');

/** Why none of an endpoint's calls are kept, so that nothing can be said of drift; undefined when they are. */
export const withoutCapture = ({ deployment }: Serving): string | undefined => {
  if (deployment.serverless) return 'not watched: a serverless endpoint captures no calls';
  return deployment.capturePercent === 0 ? 'not watched: deployment.capturePercent is 0' : undefined;
};

/**
 * Why a model version cannot take the place of the champion on its endpoint; undefined when it can. SageMaker does not update an
 * endpoint on instances to a serverless one, and documents nothing for the way back.
 */
export const kindChange = (live: Serving, asked: Serving, model: string, modelVersion: number): string | undefined =>
  kindOf(live) === kindOf(asked)
    ? undefined
    : `the endpoint is ${kindOf(live)}, and model version ${modelVersion} wants it ${kindOf(asked)}: SageMaker cannot update one to the other. ` +
      `npx modelloop retire ${model}, then npx modelloop promote ${model} --version ${modelVersion} recreates it under the same name; nothing answers in between`;
