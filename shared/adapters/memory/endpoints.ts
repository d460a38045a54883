import { EndpointError, type Endpoints } from '../../ports/endpoints.ts';

/** Endpoints that answer as told; calling one that is not there is refused, as SageMaker refuses it. */
export function memoryEndpoints(answers: Readonly<Record<string, (body: unknown) => unknown>> = {}): Endpoints {
  return {
    invoke: async (endpoint, body) => {
      const answer = answers[endpoint];
      if (!answer) throw new EndpointError(`endpoint ${endpoint} is not there`);
      return { answer: await answer(body), variant: 'live' };
    },
  };
}
