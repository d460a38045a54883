import { rm } from 'node:fs/promises';
import type { CreateModelInput } from '@aws-sdk/client-sagemaker';
import { unpackArchive } from '../archive.ts';
import type { RoleSession } from '../cloud/ports.ts';
import { parseS3Uri } from '../cloud/ports.ts';
import { JobFailure, messageOf } from '../errors.ts';
import type { ContainerDisk } from '../scratch.ts';

const SERVING_DIRECTORIES = ['model', 'code'];

/** Downloads model.tar.gz and unpacks it to /opt/ml/model of an empty disk. @throws JobFailure in SageMaker's words */
export async function prepareModelData(
  disk: ContainerDisk,
  model: CreateModelInput,
  session: RoleSession,
): Promise<void> {
  await disk.create(SERVING_DIRECTORIES);
  const url = model.PrimaryContainer?.ModelDataUrl ?? '';
  const archive = disk.path('model.tar.gz');
  try {
    await session.download(parseS3Uri(url), archive);
  } catch (error) {
    throw new JobFailure(
      `Failed to download model data for container "container_1" from URL: "${url}". Please ensure that there is an object located at ` +
        `the URL and that the role passed to CreateModel has permissions to download the object. (${messageOf(error)}, as ` +
        `${session.roleArn})`,
      { cause: error },
    );
  }
  try {
    await unpackArchive(archive, disk.path('model'));
  } catch (error) {
    throw new JobFailure(`ClientError: the model data ${url} is not a .tar.gz: ${messageOf(error)}`, { cause: error });
  }
  await rm(archive);
}
