import { Validations } from 'aws-cdk-lib';
import { BlockPublicAccess, Bucket } from 'aws-cdk-lib/aws-s3';
import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, test } from 'vitest';
import { except } from '../../infra/constructs/exceptions.ts';
import { company } from './company.ts';
import { type Assembly, assemble } from './synth.ts';

/** cdk-nag's AwsSolutions pack over the whole app. @returns `rule at construct` of each finding that nobody has excepted */
function findings({ app }: Assembly): string[] {
  app.synth();
  return new AwsSolutionsChecks(app)
    .validateScope(app)
    .violations.flatMap(({ ruleName, violatingResources }) =>
      violatingResources.map(({ constructPath }) => `${ruleName} at ${constructPath}`),
    );
}

type Stage = Parameters<typeof assemble>[0];

interface Exception {
  readonly at: string;
  readonly id: string;
  readonly reason: string;
}

function exceptions({ app }: Assembly): Exception[] {
  const { ACKNOWLEDGED_RULES_METADATA_KEY: key } = Validations;
  return app.node.findAll().flatMap(({ node }) =>
    node.metadata
      .filter((m) => m.type === key)
      .flatMap((m) => Object.entries(m.data as Record<string, string>))
      .map(([id, reason]) => ({ at: node.path, id: id.replace(/^annotation::/i, ''), reason })),
  );
}

/** The same rules, with nothing excepted. */
function allFindings(stage: Stage): string[] {
  const assembly = assemble(stage);
  // biome-ignore lint/suspicious/noExplicitAny: constructs can gain metadata, and lose it only behind their back.
  for (const { node } of assembly.app.node.findAll()) (node as any)._metadata = [];
  return findings(assembly);
}

/** Exceptions of an app that match nothing that the rules find in a stage. */
function needless(assembly: Assembly, stage: Stage): Exception[] {
  const all = allFindings(stage);
  return exceptions(assembly).filter(({ at, id }) => !all.some((f) => f.startsWith(`${id} at ${at}/`)));
}

const stages: [name: string, Stage][] = [
  ['local', 'local'],
  ['dev', 'dev'],
  ['of a company that sets everything', company()],
];

describe.each(stages)('stage %s', (_, stage) => {
  const assembly = assemble(stage);

  test('has no finding without a reasoned exception', () => {
    expect(findings(assembly)).toEqual([]);
  });

  test('has no exception that nothing needs', () => {
    expect(needless(assembly, stage)).toEqual([]);
  });

  test('gives a reason for each exception', () => {
    expect(exceptions(assembly).length).toBeGreaterThan(20);
    for (const { at, id, reason } of exceptions(assembly)) expect(reason.length, `${id} at ${at}`).toBeGreaterThan(20);
  });
});

describe('the gate finds what is planted:', () => {
  const plantBucket = (acknowledged?: string) =>
    findings(
      assemble('dev', (stack) => {
        const bucket = new Bucket(stack('repositories'), 'Planted', {
          publicReadAccess: true,
          blockPublicAccess: new BlockPublicAccess({ blockPublicPolicy: false, restrictPublicBuckets: false }),
        });
        if (acknowledged) Validations.of(bucket).acknowledge({ id: acknowledged, reason: 'because it is planted' });
      }),
    );

  test('a public bucket', () => {
    const found = plantBucket();
    for (const rule of ['S1', 'S2', 'S10'])
      expect(found.join('\n')).toContain(`AwsSolutions-${rule} at modelloop-dev-repositories/Planted`);
  });

  test('a public bucket that was excepted without the prefix of the pack', () => {
    expect(plantBucket('S2').join('\n')).toContain('AwsSolutions-S2 at modelloop-dev-repositories/Planted');
    expect(plantBucket('AwsSolutions-S2').join('\n')).not.toContain('AwsSolutions-S2 ');
  });

  test('an exception that nothing needs', () => {
    const assembly = assemble('dev', (stack) => except(stack('model'), 'EC23', 'there is no security group at all'));
    expect(needless(assembly, 'dev')).toMatchObject([{ id: 'AwsSolutions-EC23' }]);
  });
});
