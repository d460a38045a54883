import { InvokeEndpointCommand, ModelError, type SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import { EndpointError, type Endpoints } from '../../ports/endpoints.ts';

export function sageMakerEndpoints(client: SageMakerRuntimeClient): Endpoints {
  return {
    invoke: async (endpoint, body) => {
      const response = await client
        .send(
          new InvokeEndpointCommand({
            EndpointName: endpoint,
            ContentType: 'application/json',
            Accept: 'application/json',
            Body: JSON.stringify(body),
          }),
        )
        .catch((error: unknown) => {
          throw new EndpointError(`endpoint ${endpoint}: ${saidBy(error)}`, causeOf(error));
        });
      const variant = response.InvokedProductionVariant;
      return {
        answer: parsed(endpoint, response.Body.transformToString()),
        ...(variant === undefined ? {} : { variant }),
      };
    },
  };
}

/** The model's own words are in OriginalMessage; the message around them only points at a log. */
const saidBy = (error: unknown): string =>
  error instanceof ModelError
    ? `the model answered ${error.OriginalStatusCode ?? 'an error'}: ${error.OriginalMessage ?? error.message}`
    : String(error);

/** What the model itself said is quoted above; the error around it would only say it again. */
const causeOf = (error: unknown): { cause?: unknown } =>
  error instanceof ModelError && error.OriginalMessage !== undefined ? {} : { cause: error };

function parsed(endpoint: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new EndpointError(`endpoint ${endpoint} did not answer with JSON: ${text.slice(0, 200)}`, { cause: error });
  }
}
