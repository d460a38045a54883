import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { shellExports } from '../../../infra/local/shell.ts';

const evaluated = (script: string, show: string, env: NodeJS.ProcessEnv = {}) =>
  execFileSync('sh', ['-c', `eval "$1"; ${show}`, 'sh', script], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH, ...env },
  });

test('a shell reads back exactly what was exported', () => {
  const values = {
    PLAIN: 'https://127.0.0.1:1',
    SPACES: '/home/Ada Lovelace/modelloop  x',
    QUOTES: `it's "so"`,
    EXPANSIONS: '$HOME `date` $(date) \\ * ~',
    LINES: 'one\ntwo',
    EMPTY: '',
  };
  const script = shellExports(values, []);
  for (const [name, value] of Object.entries(values))
    expect(evaluated(script, `sh -c 'printf %s "$${name}"'`), name).toBe(value);
});

test('what would lead a client elsewhere is unset, set or not', () => {
  const script = shellExports({ A: '1' }, ['AWS_PROFILE', 'AWS_SESSION_TOKEN']);
  expect(evaluated(script, 'printf %s "${AWS_PROFILE-unset} $A"', { AWS_PROFILE: 'prod' })).toBe('unset 1');
});
