import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Channel, CreateTrainingJobRequest } from '@aws-sdk/client-sagemaker';
import type { RoleSession } from '../cloud/ports.ts';
import { JobFailure, messageOf } from '../errors.ts';
import { inputObjects } from '../inputs.ts';
import type { ContainerDisk } from '../scratch.ts';

/** The directories of /opt/ml that a training container finds. */
export const TRAINING_DIRECTORIES = ['input/config', 'input/data', 'model', 'output/data', 'code', 'checkpoints'];

const HOST = 'algo-1';

/** Writes /opt/ml/input/config as SageMaker does; hyperparameters stay strings. */
export async function writeConfiguration(disk: ContainerDisk, request: CreateTrainingJobRequest): Promise<void> {
  const files = {
    'hyperparameters.json': request.HyperParameters ?? {},
    'inputdataconfig.json': inputDataConfig(request.InputDataConfig ?? []),
    'resourceconfig.json': resourceConfig(request.ResourceConfig?.InstanceType ?? ''),
  };
  for (const [name, content] of Object.entries(files)) {
    await writeFile(disk.path('input/config', name), JSON.stringify(content));
  }
}

export function inputDataConfig(channels: readonly Channel[]): Record<string, object> {
  return Object.fromEntries(
    channels.map((channel) => [
      channel.ChannelName ?? '',
      {
        ...(channel.ContentType ? { ContentType: channel.ContentType } : {}),
        TrainingInputMode: 'File',
        S3DistributionType: 'FullyReplicated',
        RecordWrapperType: 'None',
      },
    ]),
  );
}

function resourceConfig(instanceType: string): object {
  return {
    current_host: HOST,
    current_instance_type: instanceType,
    current_group_name: 'homogeneousCluster',
    hosts: [HOST],
    instance_groups: [{ instance_group_name: 'homogeneousCluster', instance_type: instanceType, hosts: [HOST] }],
    network_interface_name: 'eth0',
  };
}

/** Downloads every channel to /opt/ml/input/data/<channel>. @throws JobFailure */
export async function downloadChannels(
  disk: ContainerDisk,
  channels: readonly Channel[],
  context: { session: RoleSession; region: string; signal: AbortSignal },
): Promise<void> {
  for (const channel of channels) {
    const objects = await inputObjects(context.session, channel.DataSource?.S3DataSource ?? {}, context.region);
    for (const object of objects) {
      context.signal.throwIfAborted();
      const path = disk.path('input/data', channel.ChannelName ?? '', object.relative);
      if (!path.startsWith(disk.path('input/data/'))) {
        throw new JobFailure(`ClientError: Data download failed:the key ${object.key} leads out of its channel`);
      }
      await mkdir(dirname(path), { recursive: true });
      await context.session.download(object, path).catch((error: unknown) => {
        const place = `s3://${object.bucket}/${object.key}, as ${context.session.roleArn}`;
        throw new JobFailure(`ClientError: Data download failed:${messageOf(error)} (${place})`, { cause: error });
      });
    }
  }
}
