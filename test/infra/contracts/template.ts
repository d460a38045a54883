/** A synthesized template as plain data. */
export interface Resource {
  readonly Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: a template is untyped JSON, and these contracts look deep into it.
  readonly Properties: any;
  readonly DeletionPolicy?: string;
  readonly DependsOn?: readonly string[];
}
export interface TemplateJson {
  readonly Resources: Readonly<Record<string, Resource>>;
}

/** What a template must not get wrong. @returns a sentence for each place where it does, with the logical id */
export type Contract = (template: TemplateJson) => string[];

export const resources = (template: TemplateJson, type: string): [id: string, resource: Resource][] =>
  Object.entries(template.Resources).filter(([, r]) => r.Type === type);

export const list = <T>(value: T | readonly T[] | undefined): readonly T[] =>
  Array.isArray(value) ? value : value === undefined ? [] : [value as T];

export const text = (value: unknown): string => JSON.stringify(value) ?? '';

/** The logical id that an `Fn::GetAtt` or `Ref` leads to. */
export function target(value: unknown): string | undefined {
  const { 'Fn::GetAtt': attribute, Ref: ref } = (value ?? {}) as { 'Fn::GetAtt'?: string[]; Ref?: string };
  return attribute?.[0] ?? ref;
}

export interface Statement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action?: string | readonly string[];
  readonly Resource?: unknown;
  readonly Principal?: unknown;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

const WITH_DOCUMENT: Readonly<Record<string, string>> = {
  'AWS::IAM::Policy': 'PolicyDocument',
  'AWS::IAM::ManagedPolicy': 'PolicyDocument',
  'AWS::S3::BucketPolicy': 'PolicyDocument',
  'AWS::SQS::QueuePolicy': 'PolicyDocument',
  'AWS::SNS::TopicPolicy': 'PolicyDocument',
  'AWS::KMS::Key': 'KeyPolicy',
};

/** Every statement of every policy, but trust policies, with the logical id of what it stands in. */
export function statements({ Resources }: TemplateJson): { at: string; type: string; statement: Statement }[] {
  return Object.entries(Resources).flatMap(([at, { Type: type, Properties }]) => {
    const member = WITH_DOCUMENT[type];
    const documents = member
      ? [Properties[member]]
      : type === 'AWS::IAM::Role'
        ? (Properties.Policies ?? []).map((p: { PolicyDocument: unknown }) => p.PolicyDocument)
        : [];
    return documents.flatMap((d: { Statement: Statement[] }) =>
      d.Statement.map((statement) => ({ at, type, statement })),
    );
  });
}

/** Of identities, not of resources. */
export const grants = (template: TemplateJson) =>
  statements(template).filter(({ type, statement }) => type.startsWith('AWS::IAM::') && statement.Effect === 'Allow');
