import validate from 'asl-validator';
import { describe, expect, test } from 'vitest';
import { definitions, synthesize } from './synth.ts';

type State = Record<string, unknown> & { Type: string; Resource?: string };

/** All states of a definition, those inside Map and Parallel too. */
function states(definition: Record<string, unknown>): [string, State][] {
  return Object.entries((definition.States ?? {}) as Record<string, State>).flatMap(([name, state]) => [
    [name, state] as [string, State],
    ...states((state.ItemProcessor ?? {}) as Record<string, unknown>),
    ...((state.Branches ?? []) as Record<string, unknown>[]).flatMap(states),
  ]);
}

const machines = definitions(synthesize('dev').pipelines);

describe.each(machines)('%s', (_, definition) => {
  test('is valid ASL', () => {
    const validation = validate(definition);
    expect(validation.isValid, validation.errorsText()).toBe(true);
  });

  test('uses nothing that the local cloud silently ignores', () => {
    expect(definition).not.toHaveProperty('TimeoutSeconds');
    for (const [name, state] of states(definition)) {
      for (const ignored of ['ItemBatcher', 'ResultWriter', 'Items']) expect(state, name).not.toHaveProperty(ignored);
      if (state.QueryLanguage === 'JSONata' || definition.QueryLanguage === 'JSONata')
        if (['Parallel', 'Succeed'].includes(state.Type)) expect(state, name).not.toHaveProperty('Output');
    }
  });

  test('every task retries, and every call of a function has a time-out', () => {
    for (const [name, state] of states(definition)) {
      if (state.Type !== 'Task') continue;
      expect(state.Retry, name).toBeDefined();
      if (state.Resource?.includes(':lambda:')) expect(state.TimeoutSeconds, name).toBeGreaterThan(0);
    }
  });
});

test('there are three machines', () => {
  expect(machines).toHaveLength(3);
});

test('a champion that cannot predict the test rows is an outcome of the run; a candidate that cannot fails it', () => {
  const build = Object.fromEntries(machines.flatMap(([, definition]) => states(definition)));
  const champions = Object.entries(build).filter(
    ([name, { Resource }]) => Resource?.includes('createTransformJob') && name.includes('champion'),
  );
  expect(champions.map(([name]) => name).sort()).toEqual([
    'Predict with the champion',
    'Predict with the new champion',
  ]);
  for (const [name, { Catch }] of champions)
    expect(Catch, name).toEqual([
      { ErrorEquals: ['States.ALL'], ResultPath: '$.failure', Next: expect.stringMatching(/without predictions/) },
    ]);
  expect(build['Predict with the candidate']).not.toHaveProperty('Catch');
});
