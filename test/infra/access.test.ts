import { expect, test } from 'vitest';
import { ACCESS } from '../../shared/domain/names.ts';
import { grants, list, type TemplateJson } from './contracts/template.ts';
import { assemble, resources } from './synth.ts';

const { template } = assemble('dev');
const policies = resources(template('model'), 'AWS::IAM::ManagedPolicy');

/** What the local cloud does not look at: test/contract/access.test.ts shows the rest. */

test('each model has its ready policies, by name', () => {
  expect(policies.map(([, p]) => p.Properties.ManagedPolicyName).sort()).toEqual(
    ACCESS.map((access) => `modelloop-dev-some-model-${access}`).sort(),
  );
});

test('nothing of them can change that CloudFormation replaces: it could not, while they keep their names', () => {
  for (const [id, { Properties }] of policies) expect(Properties.Description ?? '', id).toBe('');
});

test('what they allow in the registry is limited to the model’s own items, and reading the list of models', () => {
  const ids = policies.map(([id]) => id);
  const ofRegistry = grants(template('model').toJSON() as TemplateJson).filter(
    ({ at, statement }) => ids.includes(at) && list(statement.Action).some((a) => a.startsWith('dynamodb:')),
  );
  expect(ofRegistry).toHaveLength(3);
  for (const { at, statement } of ofRegistry) {
    const writes = list(statement.Action).some((a) => /Put|Delete/.test(a));
    const items = writes ? ['some-model'] : ['some-model', '~models'];
    const condition = { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': items } };
    expect(statement.Condition, at).toEqual(condition);
  }
});
