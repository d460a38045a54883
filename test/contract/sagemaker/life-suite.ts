import { readdirSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import { describe, expect, test } from 'vitest';
import { invoke } from './endpoint-suite.ts';
import { describeTraining } from './requests.ts';
import { startHanging } from './training-suite.ts';
import { eventually, isAlive, type World } from './world.ts';

/** Ends and starts the cloud: last, and with the endpoint `live` of the endpoint suite in service. */
export const lifeSuite = (world: World) =>
  describe('its life', () => {
    const process_ = () => {
      const found = world.state?.processes.find(({ name }) => name === 'sagemaker');
      if (!found) throw new Error('local SageMaker does not run');
      return found;
    };
    const servers = () =>
      readdirSync(world.scratch('endpoints', 'live')).map(
        (id) =>
          JSON.parse(readFileSync(world.scratch('endpoints', 'live', id, 'process.json'), 'utf8')).container as number,
      );

    test('it answers to nobody without the secret', async () => {
      const status = await new Promise((resolve, reject) => {
        const call = request({ host: '127.0.0.1', port: process_().port, path: '/health' }, (response) => {
          response.resume();
          resolve(response.statusCode);
        });
        call.on('error', reject);
        call.end();
      });
      expect(status).toBe(403);
    });

    test('killed with -9, it takes its containers along; started again, it says what was lost and serves again', async () => {
      const training = await startHanging(world, 'interrupted');
      const containers = [training.container, training.training, ...servers()];
      expect(containers.filter(isAlive).length).toBeGreaterThanOrEqual(3);
      process.kill(process_().pid, 'SIGKILL');
      await eventually('its containers to end', () => !containers.some(isAlive) || undefined, 10);
      await world.up();
      expect(await describeTraining(world, 'interrupted')).toMatchObject({
        TrainingJobStatus: 'Failed',
        FailureReason: 'InternalServerError: local SageMaker stopped while the job was running',
      });
      expect((await invoke(world, { x1: 30, x2: 1 })).InvokedProductionVariant).toBe('live');
    });

    test('ended in order, it ends its jobs and writes what was captured', async () => {
      const training = await startHanging(world, 'ended');
      await invoke(world, { x1: 30, x2: 1 }, { InferenceId: 'last-words' });
      const running = servers().filter(isAlive);
      expect(running).toHaveLength(1);
      // Local SageMaker alone, so that the capture still has somewhere to go.
      process.kill(process_().pid, 'SIGTERM');
      const all = [process_().pid, training.container, training.training, ...running];
      await eventually('everything to end', () => !all.some(isAlive) || undefined, 15);
      const keys = await world.keys('captured/');
      const captured = (await Promise.all(keys.map((key) => world.read(key)))).join('');
      expect(captured).toContain('"inferenceId":"last-words"');
    });
  });
