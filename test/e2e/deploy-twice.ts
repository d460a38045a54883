import {
  CloudFormationClient,
  GetTemplateCommand,
  UpdateStackCommand,
  waitUntilStackUpdateComplete,
} from '@aws-sdk/client-cloudformation';
import { DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import type { DemoContext } from '../../demo/context.ts';
import { deploy } from '../../infra/local/deploy.ts';
import { registryTableName, stackName } from '../../shared/domain/names.ts';

/**
 * Changes the registry's table in place (point-in-time recovery off), then deploys the real app again (and on).
 * @returns the keys of all items that last, before, between and after
 */
export async function deployTwice({ place, state }: DemoContext) {
  const before = await keys(place);
  const cloudFormation = new CloudFormationClient({ region: place.region });
  const StackName = stackName(place.stage, 'repositories');
  const { TemplateBody } = await cloudFormation.send(new GetTemplateCommand({ StackName }));
  const template = JSON.parse(TemplateBody ?? '');
  const [table] = Object.values<{ Type: string; Properties: Record<string, unknown> }>(template.Resources).filter(
    (r) => r.Type === 'AWS::DynamoDB::Table',
  );
  if (!table) throw new Error(`stack ${StackName} has no table`);
  table.Properties.PointInTimeRecoverySpecification = { PointInTimeRecoveryEnabled: false };
  await cloudFormation.send(new UpdateStackCommand({ StackName, TemplateBody: JSON.stringify(template) }));
  await waitUntilStackUpdateComplete({ client: cloudFormation, maxWaitTime: 120 }, { StackName });
  const between = await keys(place);
  await deploy(state, { report: () => undefined });
  return { before, between, after: await keys(place) };
}

/** Given back when what holds it ends. */
const HELD = /^(slot|lock)#/;

async function keys(place: DemoContext['place']): Promise<string[]> {
  const client = new DynamoDBClient({ region: place.region });
  const found: string[] = [];
  for await (const page of paginateScan({ client }, { TableName: registryTableName(place), ConsistentRead: true }))
    for (const { model, sort } of page.Items ?? []) if (!HELD.test(sort?.S ?? '')) found.push(`${model?.S}/${sort?.S}`);
  return found.sort();
}
