import {
  CreateEndpointCommand,
  CreateEndpointConfigCommand,
  type DataCaptureConfig,
  DeleteEndpointCommand,
  DeleteEndpointConfigCommand,
  DescribeEndpointCommand,
  UpdateEndpointCommand,
  type UpdateEndpointCommandInput,
} from '@aws-sdk/client-sagemaker';
import { InvokeEndpointCommand, type ModelError } from '@aws-sdk/client-sagemaker-runtime';
import { beforeAll, describe, expect, test } from 'vitest';
import { sageMakerHosting } from '../../../shared/adapters/aws/hosting.ts';
import { endpointAtRest, putModel, refusal, train } from './requests.ts';
import { BUCKET, eventually, IMAGE, type World } from './world.ts';

export const invoke = async (world: World, body: object, headers: object = {}) => {
  const answer = await world.runtime.send(
    new InvokeEndpointCommand({
      EndpointName: 'live',
      Body: JSON.stringify(body),
      ContentType: 'application/json',
      Accept: 'application/json',
      ...headers,
    }),
  );
  return { ...answer, text: new TextDecoder().decode(answer.Body) };
};

const CAPTURE: Omit<DataCaptureConfig, 'DestinationS3Uri'> = {
  EnableCapture: true,
  InitialSamplingPercentage: 100,
  CaptureOptions: [{ CaptureMode: 'Input' }, { CaptureMode: 'Output' }],
  CaptureContentTypeHeader: { JsonContentTypes: ['application/json'] },
};

export const endpointSuite = (world: World) =>
  describe('endpoints', () => {
    const config = (name: string, model: string) =>
      world.sagemaker.send(
        new CreateEndpointConfigCommand({
          EndpointConfigName: name,
          ProductionVariants: [
            {
              VariantName: 'live',
              ModelName: model,
              InstanceType: 'ml.m5.large',
              InitialInstanceCount: 2,
              InitialVariantWeight: 1,
            },
          ],
          DataCaptureConfig: { ...CAPTURE, DestinationS3Uri: `s3://${BUCKET}/captured/${name}` },
        }),
      );
    const update = async (name: string) => {
      await world.sagemaker.send(new UpdateEndpointCommand({ EndpointName: 'live', EndpointConfigName: name }));
      return endpointAtRest(world, 'live');
    };

    beforeAll(async () => {
      await train(world, 'for-endpoint');
      await train(world, 'not-servable', { behave: 'environment' });
      await putModel(world, 'serves', `s3://${BUCKET}/out/for-endpoint/output/model.tar.gz`);
      await putModel(world, 'broken', `s3://${BUCKET}/out/not-servable/output/model.tar.gz`);
      await config('first', 'serves');
      await config('second', 'serves');
      await config('third', 'broken');
      await world.sagemaker.send(new CreateEndpointCommand({ EndpointName: 'live', EndpointConfigName: 'first' }));
    });

    test('an endpoint gets into service and says what it runs', async () => {
      const endpoint = await endpointAtRest(world, 'live');
      expect(endpoint).toMatchObject({
        EndpointStatus: 'InService',
        EndpointConfigName: 'first',
        DataCaptureConfig: { CaptureStatus: 'Started', CurrentSamplingPercentage: 100 },
      });
      const [variant] = endpoint.ProductionVariants ?? [];
      expect(variant).toMatchObject({ VariantName: 'live', CurrentWeight: 1, CurrentInstanceCount: 2 });
      expect(variant?.DeployedImages?.[0]).toMatchObject({
        SpecifiedImage: IMAGE,
        ResolvedImage: expect.stringMatching(
          /^683313688378\.dkr\.ecr\.us-east-1\.amazonaws\.com\/sagemaker-xgboost@sha256:[0-9a-f]{64}$/,
        ),
      });
    });

    const variant = {
      VariantName: 'live',
      ModelName: 'serves',
      ServerlessConfig: { MemorySizeInMB: 2048, MaxConcurrency: 2 },
    };
    const serverless = (name: string, over: object = {}, more: object = {}) =>
      world.sagemaker.send(
        new CreateEndpointConfigCommand({
          ...{ EndpointConfigName: name, ProductionVariants: [{ ...variant, ...over }] },
          ...more,
        }),
      );

    test.each([
      [
        'data capture',
        {},
        { DataCaptureConfig: { ...CAPTURE, DestinationS3Uri: `s3://${BUCKET}/captured/no` } },
        /DataCapture/,
      ],
      [
        'instances beside it',
        { InstanceType: 'ml.m5.large', InitialInstanceCount: 1 },
        {},
        /both ServerlessConfig and/,
      ],
      [
        'memory between the steps',
        { ServerlessConfig: { MemorySizeInMB: 1500, MaxConcurrency: 2 } },
        {},
        /steps of 1024/,
      ],
      ['too many calls at once', { ServerlessConfig: { MemorySizeInMB: 2048, MaxConcurrency: 201 } }, {}, /201|200/],
    ])('a serverless endpoint with %s is refused', async (_, over, more, why) => {
      expect((await refusal(serverless('refused', over, more))).message).toMatch(why);
    });

    test('an endpoint on instances cannot become serverless by an update, and goes on', async () => {
      await serverless('serverless');
      const asked = new UpdateEndpointCommand({ EndpointName: 'live', EndpointConfigName: 'serverless' });
      expect((await refusal(world.sagemaker.send(asked))).message).toContain('between instances and serverless');
      expect(await endpointAtRest(world, 'live')).toMatchObject({ EndpointConfigName: 'first' });
    });

    test('it answers with the model', async () => {
      const answer = await invoke(world, { x1: 30, x2: 1 });
      expect(JSON.parse(answer.text).prediction).toBeGreaterThan(0.5);
      expect(JSON.parse((await invoke(world, { x1: 1, x2: 1 })).text).prediction).toBeLessThan(0.5);
      expect(answer).toMatchObject({ ContentType: 'application/json', InvokedProductionVariant: 'live' });
    });

    test('what went in and out is captured in the layout of SageMaker', async () => {
      await invoke(world, { x1: 30, x2: 7 }, { InferenceId: 'flight-7' });
      await invoke(world, { x1: 30, x2: 8 }, { ContentType: 'application/jsonlines' });
      const records = await eventually('captured records', async () => {
        const keys = await world.keys('captured/first/live/live/');
        const lines = (await Promise.all(keys.map((key) => world.read(key)))).join('').trim().split('\n');
        const parsed = lines.filter(Boolean).map((line) => JSON.parse(line));
        return parsed.length >= 4 ? parsed : undefined;
      });
      const [key = ''] = await world.keys('captured/first/');
      expect(key).toMatch(
        /^captured\/first\/live\/live\/\d{4}\/\d\d\/\d\d\/\d\d\/\d\d-\d\d-\d{3}-[0-9a-f-]{36}\.jsonl$/,
      );
      const record = records.find(({ eventMetadata }) => eventMetadata.inferenceId === 'flight-7');
      expect(record).toMatchObject({
        captureData: {
          endpointInput: {
            observedContentType: 'application/json',
            mode: 'INPUT',
            data: '{"x1":30,"x2":7}',
            encoding: 'JSON',
          },
          endpointOutput: { observedContentType: 'application/json', mode: 'OUTPUT', encoding: 'JSON' },
        },
        eventMetadata: { eventId: expect.any(String), inferenceTime: expect.stringMatching(/Z$/) },
        eventVersion: '0',
      });
      const unnamed = records.find(({ captureData }) => captureData.endpointInput.encoding === 'BASE64');
      expect(Buffer.from(unnamed.captureData.endpointInput.data, 'base64').toString()).toBe('{"x1":30,"x2":8}');
    });

    test("the model's errors arrive as ModelError with its own words and status", async () => {
      const raised = (await refusal(invoke(world, { x1: -1, x2: 1 }))) as ModelError;
      expect(raised).toMatchObject({
        name: 'ModelError',
        OriginalStatusCode: 500,
        OriginalMessage: 'ValueError: x1 must not be -1',
      });
      expect(raised.LogStreamArn).toMatch(/log-group:\/aws\/sagemaker\/Endpoints\/live:log-stream:live\//);
      const media = (await refusal(invoke(world, {}, { ContentType: 'text/csv' }))) as ModelError;
      expect(media).toMatchObject({ name: 'ModelError', OriginalStatusCode: 415 });
      expect(media.message).toMatch(/^Received client error \(415\) from primary/);
    });

    test('a container that ends is started again', async () => {
      const gone = await refusal(invoke(world, { x1: -3, x2: 1 }));
      expect(gone.name).toBe('ModelError');
      const answer = await eventually('an answer after the restart', () => invoke(world, { x1: 30, x2: 1 }));
      expect(JSON.parse(answer.text).prediction).toBeGreaterThan(0.5);
    });

    test('an update that works takes over; one that fails leaves what served', async () => {
      expect(await update('second')).toMatchObject({ EndpointStatus: 'InService', EndpointConfigName: 'second' });
      const failed = await update('third');
      expect(failed).toMatchObject({ EndpointStatus: 'InService', EndpointConfigName: 'second' });
      expect(failed.FailureReason).toMatch(/live did not pass the ping health check/);
      expect((await invoke(world, { x1: 30, x2: 1 })).InvokedProductionVariant).toBe('live');
      expect((await update('first')).FailureReason).toBeUndefined();
    });

    test('requests go on being answered while an endpoint is updated', async () => {
      await world.sagemaker.send(new UpdateEndpointCommand({ EndpointName: 'live', EndpointConfigName: 'second' }));
      const again = await refusal(
        world.sagemaker.send(new UpdateEndpointCommand({ EndpointName: 'live', EndpointConfigName: 'first' })),
      );
      expect(again.message).toMatch(/Cannot update in-progress endpoint/);
      let answered = 0;
      await eventually('the update', async () => {
        await invoke(world, { x1: 1, x2: 1 });
        answered += 1;
        const { EndpointStatus } = await world.sagemaker.send(new DescribeEndpointCommand({ EndpointName: 'live' }));
        return EndpointStatus === 'InService' ? true : undefined;
      });
      expect(answered).toBeGreaterThan(1);
    });

    describe('a canary that could not be as asked is refused', () => {
      const routing = {
        Type: 'CANARY',
        CanarySize: { Type: 'CAPACITY_PERCENT', Value: 10 },
        WaitIntervalInSeconds: 60,
      };
      const policy = (over: object, more: object = {}) => ({
        BlueGreenUpdatePolicy: { TrafficRoutingConfiguration: { ...routing, ...over }, ...more },
      });
      test.each<[string, object, RegExp]>([
        ['linear', policy({ Type: 'LINEAR' }), /TrafficRoutingConfiguration\.Type = CANARY, not "LINEAR"$/],
        ['by instances', policy({ CanarySize: { Type: 'INSTANCE_COUNT', Value: 1 } }), /CAPACITY_PERCENT, not "INST/],
        [
          'rolling',
          { RollingUpdatePolicy: { MaximumBatchSize: routing.CanarySize, WaitIntervalInSeconds: 0 } },
          /Rolling/,
        ],
        ['too large', policy({ CanarySize: { Type: 'CAPACITY_PERCENT', Value: 51 } }), /at most 50 percent .* not 51$/],
        ['too long', policy({ WaitIntervalInSeconds: 3601 }), /waitIntervalInSeconds' .* less than or equal to 3600$/],
        [
          'out of time',
          policy({ WaitIntervalInSeconds: 700 }, { MaximumExecutionTimeoutInSeconds: 600 }),
          /larger than/,
        ],
        [
          'under alarms that its role may not see',
          { ...policy({}), AutoRollbackConfiguration: { Alarms: [{ AlarmName: 'mine' }] } },
          /role\/serving could not describe the auto-rollback alarms.*cloudwatch:DescribeAlarms/,
        ],
      ])('%s', async (_, DeploymentConfig, words) => {
        const command = new UpdateEndpointCommand({
          ...{ EndpointName: 'live', EndpointConfigName: 'first' },
          DeploymentConfig: DeploymentConfig as UpdateEndpointCommandInput['DeploymentConfig'],
        });
        expect((await refusal(world.sagemaker.send(command))).message).toMatch(words);
      });
    });

    test('an endpoint that never gets healthy is Failed, and can be deleted', async () => {
      await world.sagemaker.send(new CreateEndpointCommand({ EndpointName: 'dead', EndpointConfigName: 'third' }));
      const endpoint = await endpointAtRest(world, 'dead');
      expect(endpoint.EndpointStatus).toBe('Failed');
      expect(endpoint.FailureReason).toMatch(/did not pass the ping health check.*exit code 1/);
      const hosting = sageMakerHosting(world.sagemaker);
      const failed = { status: 'Failed', config: 'third', reason: endpoint.FailureReason };
      expect(await hosting.describeEndpoint('dead')).toEqual(failed);
      expect(await hosting.describeEndpoint('live')).toMatchObject({ status: 'InService', config: 'second' });
      await world.sagemaker.send(new DeleteEndpointConfigCommand({ EndpointConfigName: 'third' }));
      await world.sagemaker.send(new DeleteEndpointCommand({ EndpointName: 'dead' }));
      const gone = await eventually('the endpoint to be gone', async () => {
        const describing = world.sagemaker.send(new DescribeEndpointCommand({ EndpointName: 'dead' }));
        return describing.then(
          () => undefined,
          (error: Error) => error,
        );
      });
      expect(await hosting.describeEndpoint('dead')).toBeUndefined();
      expect(gone.message).toMatch(/^Could not find endpoint "arn:aws:sagemaker:us-east-1:\d{12}:endpoint\/dead"\.$/);
      const unknown = await refusal(world.runtime.send(new InvokeEndpointCommand({ EndpointName: 'dead', Body: '' })));
      expect(unknown.name).toMatch(/^ValidationError/);
      expect(unknown.message).toMatch(/^Endpoint dead of account \d{12} not found\.$/);
    });
  });
