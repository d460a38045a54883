import { Stack, Validations } from 'aws-cdk-lib';
import { Construct, type IConstruct } from 'constructs';

/**
 * Where a rule of cdk-nag's AwsSolutions pack does not hold, and why; said next to what it is about. The gate is test/infra/nag.test.ts,
 * which also fails on an exception that nothing needs.
 * @param rule without the pack's name, such as `S1`: without the prefix that is put before it here, it would match nothing, in silence
 */
export const except = (construct: IConstruct, rule: string, because: string): void =>
  Validations.of(construct).acknowledge({ id: `AwsSolutions-${rule}`, reason: because });

/** The rule against patterns in a policy's resources (IAM5), excepted for those patterns that are named here and no other. */
export function exceptPatterns(construct: unknown, resources: readonly string[], because: string): void {
  if (!Construct.isConstruct(construct)) return;
  for (const resource of resources) {
    const finding = asFinding(Stack.of(construct).resolve(resource));
    if (finding.includes('*')) except(construct, `IAM5[Resource::${finding}]`, because);
  }
}

/** As cdk-nag writes a resource that CloudFormation puts together. */
function asFinding(resolved: unknown): string {
  if (typeof resolved === 'string') return resolved;
  const {
    'Fn::Join': join,
    'Fn::GetAtt': attribute,
    Ref: ref,
  } = resolved as {
    'Fn::Join'?: [string, unknown[]];
    'Fn::GetAtt'?: string[];
    Ref?: string;
  };
  if (join) return join[1].map(asFinding).join(join[0]);
  return `<${ref ?? attribute?.join('.')}>`;
}
