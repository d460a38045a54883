import { describe, expect, it } from 'vitest';
import { failureOf } from '../../../shared/domain/monitoring/execution-failure.ts';

const failed = (error: string, cause: unknown) =>
  failureOf({ status: 'FAILED', error, cause: typeof cause === 'string' ? cause : JSON.stringify(cause) });

const job = {
  TrainingJobName: 'modelloop-test-churn-r1-deep',
  TrainingJobStatus: 'Failed',
  FailureReason: 'AlgorithmError: ExecuteUserScriptError:\nExitCode 1\nValueError: "age" is negative',
  Filler: 'x'.repeat(100),
};

describe('why an execution failed', () => {
  it("is a training job's FailureReason", () => {
    expect(failed('States.TaskFailed', job)).toEqual({
      error: 'States.TaskFailed',
      reason: `training job modelloop-test-churn-r1-deep failed: ${job.FailureReason}`,
    });
  });

  it('is found in a cause that Step Functions has cut', () => {
    const cut = JSON.stringify(job).slice(0, -30);
    expect(() => JSON.parse(cut)).toThrow();
    expect(failed('States.TaskFailed', cut)).toEqual(failed('States.TaskFailed', job));
  });

  it("is a transform job's FailureReason", () => {
    const cause = {
      TransformJobName: 'churn-r1-test',
      TransformJobStatus: 'Failed',
      FailureReason: 'ClientError: 400',
    };
    expect(failed('States.TaskFailed', cause).reason).toBe('transform job churn-r1-test failed: ClientError: 400');
  });

  it('says that a job was stopped', () => {
    const cause = { TrainingJobName: 'churn-r1-deep', TrainingJobStatus: 'Stopped' };
    expect(failed('States.TaskFailed', cause).reason).toBe('training job churn-r1-deep was stopped: no reason given');
  });

  it("is a function's error", () => {
    const cause = { errorType: 'EmptySplitError', errorMessage: 'data version 1 has no test rows', trace: ['at …'] };
    expect(failed('EmptySplitError', cause)).toEqual({
      error: 'EmptySplitError',
      reason: 'EmptySplitError: data version 1 has no test rows',
    });
  });

  it.each([
    ['plain words', 'plain words'],
    ['{"other": 1}', '{"other": 1}'],
    ['{broken', '{broken'],
    ['null', 'null'],
    ['', 'the execution failed: Custom'],
  ])('is a cause as it is: %s', (cause, reason) => {
    expect(failed('Custom', cause)).toEqual({ error: 'Custom', reason });
  });

  it.each([
    [{ status: 'TIMED_OUT' }, 'the execution took too long'],
    [{ status: 'ABORTED' }, 'the execution was stopped'],
    [{ status: 'ABORTED', cause: 'by Ann' }, 'the execution was stopped: by Ann'],
    [{ status: 'SUCCEEDED' }, 'the execution ended without recording its result'],
    [{ status: 'FAILED' }, 'the execution failed: without an error'],
  ])('has words for %j', (execution, reason) => {
    expect(failureOf(execution).reason).toBe(reason);
  });

  it('fits into a record', () => {
    expect(failed('E', 'x'.repeat(40_000)).reason.length).toBeLessThan(2100);
    const long = { ...job, FailureReason: 'x'.repeat(40_000) };
    expect(failed('E', long).reason.length).toBeLessThan(2100);
  });
});
