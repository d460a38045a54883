import { execFile } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';
import type { DemoContext } from '../../demo/context.ts';
import { waitFor } from '../../demo/wait-for.ts';
import { checkout } from '../../infra/local/cloud-state.ts';
import { registryKeys } from '../../shared/domain/registry-keys.ts';
import { commandsOf } from '../fixtures/documented-commands.ts';

/** The README's commands that are not run below, and what runs them, or their like, instead. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  'npm ci': '.ci/run',
  'npm test': '.ci/run',
  'npm run test:unit': 'test/run.ts',
  'npm run test:infra': 'test/run.ts',
  'npm run test:contract': 'test/run.ts',
  'npm run test:e2e': 'test/run.ts',
  'npm run lint:fix': 'test/run.ts',
  'npm run typecheck': 'test/run.ts',
  'npm run mutate': 'test/mutation/run.ts',
  'npm run bench': 'bench/main.ts',
  'npm run demo': 'demo/main.ts',
  'npm run demo -- --keep': 'demo/main.ts',
  'npx cdk bootstrap': 'infra/local/deploy.ts',
  'npx cdk deploy --all -c stage=dev': 'infra/local/deploy.ts',
  'npx modelloop local down': 'test/contract/local-cloud.test.ts',
  'npx modelloop local reset': 'test/contract/local-cloud.test.ts',
  'npx modelloop doctor --stage dev': 'test/unit/cli/doctor.test.ts',
  'npx modelloop approve <model> --run N': 'test/e2e/approval.ts',
  'npx modelloop reject <model> --run N --reason "…"': 'test/unit/cli/approval.test.ts',
  'npx modelloop retry <model>': 'test/unit/cli/retire-and-retry.test.ts',
  'npx modelloop drift <model> --report': 'test/unit/cli/reports.test.ts',
};

/** Everything else that the README tells people to type, in its order, on a cloud where flights are live. */
export function readmeSuite(context: () => DemoContext): void {
  const commands = commandsOf(readFileSync(join(checkout, 'README.md'), 'utf8'));
  describe('the README’s commands', () => {
    // What `init` writes is a user's own.
    afterAll(() => rmSync(join(checkout, 'models', 'delays'), { recursive: true, force: true }));

    test('are all run somewhere', () => {
      expect(Object.keys(ELSEWHERE).filter((c) => !commands.includes(c))).toEqual([]);
      expect(Object.values(ELSEWHERE).filter((file) => !existsSync(join(checkout, file)))).toEqual([]);
    });

    test.each(commands.filter((c) => !(c in ELSEWHERE)))('%s', async (command) => {
      const { model, state, files } = context();
      await nothingIsDeployed(context());
      const line = filledIn(command, model, files);
      const env = { ...process.env, MODELLOOP_LOCAL_DIR: state.directory };
      await promisify(execFile)('sh', ['-c', line], { cwd: checkout, env });
    });
  });
}

/** Placeholders as somebody with a cloud full of flights would fill them in; reports go where the tests' files are. */
const filledIn = (command: string, model: string, files: string) =>
  command
    .replaceAll(/<model>|<name>/g, model)
    .replace('<version>', '1')
    .replace(/ N\b/, ' 1')
    .replace(/--report$/, `--report --out ${join(files, 'report.html')}`);

const nothingIsDeployed = ({ model, ports }: DemoContext) =>
  waitFor(
    'no deployment is under way',
    async () => ((await ports.store.get(registryKeys.deploymentLock(model))) ? undefined : true),
    { seconds: 120 },
  );
