import {
  CreateModelCommand,
  DeleteEndpointCommand,
  DeleteEndpointConfigCommand,
  DeleteModelCommand,
  DescribeEndpointCommand,
  DescribeModelCommand,
  type SageMakerClient,
} from '@aws-sdk/client-sagemaker';
import type { Hosting } from '../../ports/hosting.ts';

export function sageMakerHosting(client: SageMakerClient): Hosting {
  return {
    ensureModel: async (request) => {
      const found = await unlessMissing(client.send(new DescribeModelCommand({ ModelName: request.ModelName })));
      if (!found) await client.send(new CreateModelCommand(request));
    },
    describeEndpoint: async (EndpointName) => {
      const found = await unlessMissing(client.send(new DescribeEndpointCommand({ EndpointName })));
      const { EndpointStatus: status, EndpointConfigName: config, FailureReason: reason } = found ?? {};
      return status === undefined ? undefined : { status, ...(config && { config }), ...(reason && { reason }) };
    },
    deleteEndpoint: async (EndpointName) => {
      await client.send(new DeleteEndpointCommand({ EndpointName }));
    },
    deleteEndpointConfig: async (EndpointConfigName) => {
      await unlessMissing(client.send(new DeleteEndpointConfigCommand({ EndpointConfigName })));
    },
    deleteModel: async (ModelName) => {
      await unlessMissing(client.send(new DeleteModelCommand({ ModelName })));
    },
  };
}

/**
 * SageMaker has no error of its own for what is not there: of a call with a name and nothing else, and a name that is well-formed, a
 * ValidationException says just that.
 */
const unlessMissing = async <T>(call: Promise<T>): Promise<T | undefined> => {
  try {
    return await call;
  } catch (error) {
    if (error instanceof Error && error.name === 'ValidationException') return undefined;
    throw error;
  }
};
