import { describe, expect, test } from 'vitest';
import { definitions, statements, synthesize } from './synth.ts';

const { pipelines, model } = synthesize('dev');
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : [value]);

describe('the alarms of a release on trial', () => {
  /** Actions on alarms, with the alarms, as text: by whoever is allowed them. */
  const granted = (template: typeof pipelines, by: RegExp) =>
    statements(template)
      .filter(({ at }) => by.test(at))
      .flatMap(({ statement: { Action, Resource } }) => list(Action).map((action) => ({ action, Resource })))
      .filter(({ action }) => /^cloudwatch:\w*Alarm/.test(String(action)))
      .map(({ action, Resource }) => [String(action).replace('cloudwatch:', ''), arnOf(Resource)]);
  const arnOf = (resource: unknown): string => {
    const joined = (resource as { 'Fn::Join'?: [string, unknown[]] })['Fn::Join'];
    return joined ? joined[1].map((p) => (typeof p === 'string' ? p : '')).join('') : String(resource);
  };
  const OURS = /:alarm:modelloop-dev\.\*\.canary-\*$/;

  test('are all that anything may make, see or delete of alarms', () => {
    const all = granted(pipelines, /./);
    expect(new Set(all.map(([action]) => action))).toEqual(
      new Set(['PutMetricAlarm', 'DescribeAlarms', 'DeleteAlarms']),
    );
    for (const [action, arn] of all) expect(arn, action).toMatch(OURS);
  });

  test('are made by one function', () => {
    const makers = statements(pipelines).filter(({ statement }) =>
      list(statement.Action).includes('cloudwatch:PutMetricAlarm'),
    );
    expect(makers.map(({ at }) => at)).toEqual([expect.stringContaining('makealarms')]);
  });

  test('can be seen by SageMaker: as the machine that names them, and as the model’s serving role, of that model only', () => {
    expect(granted(pipelines, /DeploymentMachine/)).toEqual([['DescribeAlarms', expect.stringMatching(OURS)]]);
    expect(granted(model, /Serving/)).toEqual([
      ['DescribeAlarms', expect.stringMatching(/:alarm:modelloop-dev\.some-model\.canary-\*$/)],
    ]);
    expect(granted(model, /Training/)).toEqual([]);
  });

  test('are there before the endpoint is updated, and the update names them', () => {
    const states = Object.assign({}, ...definitions(pipelines).map(([, d]) => d.States)) as Record<
      string,
      { Next?: string; Parameters?: object; Catch?: { Next: string }[] }
    >;
    const updates = Object.entries(states).filter(([, s]) => 'DeploymentConfig.$' in (s.Parameters ?? {}));
    expect(updates.map(([name]) => name)).toEqual(['Update the endpoint by canary']);
    const before = Object.entries(states).filter(([, s]) => s.Next === 'Update the endpoint by canary');
    expect(before.map(([name]) => name)).toEqual(["Make the release's alarms"]);
    // What cannot be watched is not tried: it ends as any other failure does.
    expect(states["Make the release's alarms"]?.Catch?.[0]?.Next).toBe('Was anything live before?');
  });
});
