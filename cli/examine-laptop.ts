import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { readCompanySettings } from '../infra/company-settings.ts';
import { type StageSettings, settingsOf } from '../infra/config.ts';
import { findPython } from '../infra/local/find-python.ts';
import type { ModelDefinition } from '../shared/domain/definition/model-definition.ts';
import { type Finding, mend, note, ok } from '../shared/domain/finding.ts';
import { bundleModel } from '../shared/use-cases/code/bundle-model.ts';
import { modelFolders } from './model-folders.ts';

export interface Laptop {
  readonly findings: readonly Finding[];
  /** Of the stage that was named, when they are right. */
  readonly settings?: StageSettings;
  /** Of the models whose definitions are right. */
  readonly definitions: readonly ModelDefinition[];
}

/** Looks at what a deployment, or a local cloud, needs on this machine. @param stage without one, the settings are only read */
export async function examineLaptop(models: string, stage: string | undefined): Promise<Laptop> {
  const root = dirname(models);
  const settings = examineSettings(root, stage);
  const defined = await Promise.all((await modelFolders(models)).map((name) => examineModel(models, name)));
  return {
    findings: [
      ok('Node', `${process.version} runs this command`),
      await examinePython(stage),
      await examineCdk(root),
      await examineAwsCli(),
      settings.finding,
      ...defined.map(({ finding }) => finding),
    ],
    ...(settings.settings && { settings: settings.settings }),
    definitions: defined.flatMap(({ definition }) => definition ?? []),
  };
}

async function examinePython(stage: string | undefined): Promise<Finding> {
  try {
    const { command, version } = await findPython();
    return ok('Python', `${command} is ${version}`);
  } catch (error) {
    const [why = '', ...todo] = reason(error).split('\n');
    const needed = stage === undefined || stage === 'local';
    return needed
      ? mend('Python', why, todo.map((line) => line.trim()).join(' '))
      : note('Python', `${why}; nothing else needs it`);
  }
}

/** The command and the library write and read one format between them: other versions than these may not. */
async function examineCdk(root: string): Promise<Finding> {
  const pinned = await json(join(root, 'package.json'));
  const wrong: string[] = [];
  const found: string[] = [];
  for (const name of ['aws-cdk', 'aws-cdk-lib']) {
    const wanted = pinned?.dependencies?.[name] ?? pinned?.devDependencies?.[name];
    const installed = (await json(join(root, 'node_modules', name, 'package.json')))?.version;
    found.push(`${name} ${installed}`);
    if (installed !== wanted) wrong.push(`${name} is ${installed ?? 'not installed'}, ${wanted} is needed`);
  }
  return wrong.length > 0 ? mend('CDK', wrong.join('; '), 'npm ci') : ok('CDK', found.join(', '));
}

/** The product does without it. */
const examineAwsCli = (): Promise<Finding> =>
  promisify(execFile)('aws', ['--version']).then(
    ({ stdout }) => ok('AWS CLI', stdout.trim()),
    () =>
      note(
        'AWS CLI',
        'there is no command aws; ModelLoop does not need it, but docs/first-deployment.md uses it',
        'install it: https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html',
      ),
  );

interface PackageJson {
  readonly version?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

const json = (path: string): Promise<PackageJson | undefined> =>
  readFile(path, 'utf8').then(JSON.parse, () => undefined);

function examineSettings(root: string, stage: string | undefined): { finding: Finding; settings?: StageSettings } {
  try {
    const company = readCompanySettings(root);
    const own = Object.keys(company.stages);
    const file =
      own.length > 0 ? `modelloop.config.json sets ${own.join(', ')}` : 'no modelloop.config.json: the built-in stages';
    if (stage === undefined) return { finding: ok('settings', file) };
    return { finding: ok('settings', `${file}; stage ${stage} is valid`), settings: settingsOf(stage, company) };
  } catch (error) {
    return { finding: mend('settings', reason(error), 'docs/settings.md explains each setting') };
  }
}

async function examineModel(models: string, name: string): Promise<{ finding: Finding; definition?: ModelDefinition }> {
  const check = `models/${name}`;
  try {
    const { definition, model } = await bundleModel(join(models, name));
    if (model !== name)
      return { finding: mend(check, `its model.yaml names the model "${model}"`, 'give both the same name') };
    return { finding: ok(check, `${definition.task}, ${Object.keys(definition.columns).length} columns`), definition };
  } catch (error) {
    return { finding: mend(check, reason(error), 'docs/model-yaml.md explains each field') };
  }
}

const reason = (error: unknown) => (error instanceof Error ? error.message : String(error));
