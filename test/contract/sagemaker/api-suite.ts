import {
  AddTagsCommand,
  CreateEndpointConfigCommand,
  CreateModelCommand,
  CreateTrainingJobCommand,
  DeleteModelCommand,
  DeleteTagsCommand,
  DescribeModelCommand,
  ListTagsCommand,
  ListTrainingJobsCommand,
} from '@aws-sdk/client-sagemaker';
import { describe, expect, test } from 'vitest';
import { venvPython } from '../../../infra/local/python.ts';
import { loadApiModel, shapeNamed } from '../../../infra/local/sagemaker/api-model.ts';
import { OPERATIONS } from '../../../infra/local/sagemaker/operations/index.ts';
import type { Support } from '../../../infra/local/sagemaker/support.ts';
import { compiled } from '../../../infra/local/sagemaker/validate.ts';
import { putModel, refusal, train, trainingRequest } from './requests.ts';
import { BUCKET, IMAGE, type World } from './world.ts';

export const apiSuite = (world: World) =>
  describe('the API', () => {
    const model = loadApiModel(venvPython);

    test('every member that an operation speaks of exists in the API model, and its patterns can be checked', async () => {
      const { shapes, operations } = await model;
      const walk = (shapeName: string, support: Support, path: string): void => {
        const shape = shapeNamed({ shapes, operations }, shapeName);
        if (shape.pattern) expect(compiled(shape.pattern), `${path}: ${shape.pattern}`).toBeDefined();
        if (support.kind === 'only' && shape.enum)
          expect(shape.enum, path).toEqual(expect.arrayContaining([...support.values]));
        if (support.kind !== 'members') return;
        const of = shape.type === 'list' ? shapeNamed({ shapes, operations }, shape.member?.shape ?? '') : shape;
        for (const [name, below] of Object.entries(support.members)) {
          expect(of.members, `${path}.${name}`).toHaveProperty(name);
          walk(of.members?.[name]?.shape ?? '', below, `${path}.${name}`);
        }
      };
      for (const { name, supports } of OPERATIONS.values()) {
        walk(operations[name]?.input?.shape ?? '', { kind: 'members', members: supports }, name);
      }
    });

    test('an invalid request is refused in the words of SageMaker', async () => {
      const request = trainingRequest(world, 'under_score', {}, { StoppingCondition: { MaxRuntimeInSeconds: 0 } });
      const refused = await refusal(world.sagemaker.send(new CreateTrainingJobCommand(request)));
      expect(refused.name).toBe('ValidationException');
      expect(refused.message).toMatch(
        /^2 validation errors detected: Value 'under_score' at 'trainingJobName' failed to satisfy/,
      );
      expect(refused.message).toMatch(
        /Value '0' at 'stoppingCondition\.maxRuntimeInSeconds' .* greater than or equal to 1$/,
      );
    });

    test('what it does not support is refused by name: members, values, images, operations', async () => {
      const creating = (overrides: object) =>
        refusal(world.sagemaker.send(new CreateTrainingJobCommand(trainingRequest(world, 'refused', {}, overrides))));
      expect((await creating({ VpcConfig: { Subnets: ['subnet-1'], SecurityGroupIds: ['sg-1'] } })).message).toBe(
        'local SageMaker does not support CreateTrainingJob.VpcConfig; leave it out, or use AWS',
      );
      expect((await creating({ EnableManagedSpotTraining: true })).message).toMatch(
        /EnableManagedSpotTraining = false, not true/,
      );
      const image = '683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1';
      const specification = { TrainingImage: image, TrainingInputMode: 'File' };
      expect((await creating({ AlgorithmSpecification: specification })).message).toMatch(
        /runs sagemaker-xgboost:3\.2-0 only, not .*:1\.7-1/,
      );
      const listing = await refusal(world.sagemaker.send(new ListTrainingJobsCommand({})));
      expect(listing.message).toMatch(/does not support ListTrainingJobs; it supports AddTags, .* and InvokeEndpoint/);
    });

    test('names of jobs are taken for ever, of models until they are deleted', async () => {
      await train(world, 'named', { behave: 'exit' });
      const again = await refusal(world.sagemaker.send(new CreateTrainingJobCommand(trainingRequest(world, 'named'))));
      expect(again.name).toBe('ResourceInUse');
      const artifact = `s3://${BUCKET}/code/bundle.tar.gz`;
      await putModel(world, 'model-a', artifact);
      expect((await refusal(putModel(world, 'model-a', artifact))).message).toMatch(
        /^Cannot create already existing model "arn:/,
      );
      await world.sagemaker.send(new DeleteModelCommand({ ModelName: 'model-a' }));
      await putModel(world, 'model-a', artifact);
      const described = await world.sagemaker.send(new DescribeModelCommand({ ModelName: 'model-a' }));
      expect(described).toMatchObject({
        ModelName: 'model-a',
        PrimaryContainer: { Image: IMAGE, ModelDataUrl: artifact },
      });
    });

    test('a model whose artefact is missing, or whose role may not read it, is refused', async () => {
      expect((await refusal(putModel(world, 'm', `s3://${BUCKET}/no/model.tar.gz`))).message).toMatch(/no such object/);
      expect((await refusal(putModel(world, 'm', `s3://${BUCKET}/code/bundle.tar.gz`, 'nothing'))).message).toMatch(
        /AccessDenied/,
      );
      const nobody = await refusal(putModel(world, 'm', `s3://${BUCKET}/code/bundle.tar.gz`, 'nobody'));
      expect(nobody.name).toBe('ValidationException');
      const plain = { ModelName: 'm', PrimaryContainer: { Image: IMAGE }, ExecutionRoleArn: world.roleArn('serving') };
      expect((await refusal(world.sagemaker.send(new CreateModelCommand(plain)))).message).toMatch(
        /ModelDataUrl is missing/,
      );
    });

    test('a configuration needs a model that exists', async () => {
      const refused = await refusal(
        world.sagemaker.send(
          new CreateEndpointConfigCommand({
            EndpointConfigName: 'c',
            ProductionVariants: [
              { VariantName: 'live', ModelName: 'nope', InstanceType: 'ml.m5.large', InitialInstanceCount: 1 },
            ],
          }),
        ),
      );
      expect(refused.message).toMatch(/^Could not find model "arn:aws:sagemaker:us-east-1:\d{12}:model\/nope"\.$/);
    });

    test('tags can be added, listed and deleted', async () => {
      await putModel(world, 'tagged', `s3://${BUCKET}/code/bundle.tar.gz`);
      const { ModelArn: ResourceArn } = await world.sagemaker.send(new DescribeModelCommand({ ModelName: 'tagged' }));
      const tag = (Key: string, Value: string) => ({ Key, Value });
      await world.sagemaker.send(new AddTagsCommand({ ResourceArn, Tags: [tag('a', '1'), tag('b', '2')] }));
      await world.sagemaker.send(new AddTagsCommand({ ResourceArn, Tags: [tag('a', '3')] }));
      await world.sagemaker.send(new DeleteTagsCommand({ ResourceArn, TagKeys: ['b'] }));
      expect((await world.sagemaker.send(new ListTagsCommand({ ResourceArn }))).Tags).toEqual([tag('a', '3')]);
    });
  });
