import { type IGrantable, ManagedPolicy } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { UPLOAD_PREFIX } from '../../shared/domain/keys.ts';
import { DEAD_LETTER_QUEUES, deadLettersName, fullQueueName, QUEUES } from '../../shared/domain/monitoring/queues.ts';
import {
  ACCESS,
  type Access,
  accessPolicyName,
  endpointName,
  eventBusName,
  functionName,
  type Pipeline,
  type Place,
  redriverPolicyName,
  stateMachineArn,
  stateMachineName,
} from '../../shared/domain/names.ts';
import { EVENT_SOURCE } from '../../shared/events/domain-events.ts';
import { allow, Repositories } from './repositories.ts';

/**
 * Policies of one model for people and programs, to be attached to whatever a company signs in with. Nobody has them by default.
 * What Step Functions cannot tell apart: who may start a deployment of one model may start those of all. The registry can: only its
 * own model's items are written. They have no description: CloudFormation replaces a policy whose description changes, which it cannot
 * do while the policy has a name of its own.
 */
export class AccessPolicies extends Construct {
  constructor(scope: Construct, id: string, place: Place, model: string) {
    super(scope, id);
    const repos = new Repositories(this, place.stage);
    const grants: Readonly<Record<Access, (to: IGrantable) => void>> = {
      uploader: (to) => repos.grantWrite(to, 'data', `${UPLOAD_PREFIX}${model}/`),
      caller: (to) => allow(to, ['sagemaker:InvokeEndpoint'], [endpointArn(place, model)]),
      viewer: (to) => this.view(to, repos, model),
      operator: (to) => {
        this.view(to, repos, model);
        this.operate(to, repos, place, model);
      },
    };
    for (const access of ACCESS) {
      const policy = new ManagedPolicy(this, access, {
        managedPolicyName: accessPolicyName(place, model, access),
      });
      grants[access](policy);
    }
  }

  private view(to: IGrantable, repos: Repositories, model: string): void {
    repos.grantReadRegistry(to, model);
    // What became of an upload is found by its version.
    repos.grantListVersions(to, 'data', `${UPLOAD_PREFIX}${model}/`);
    repos.grantRead(to, 'data', `manifests/${model}/`, `rejected/${model}/`, `reports/${model}/`);
    // Not the predictions that lie beside the reports of evaluations.
    repos.grantRead(to, 'model', `reports/${model}/`, `evaluations/${model}/*/report`);
  }

  private operate(to: IGrantable, repos: Repositories, place: Place, model: string): void {
    repos.grantCommitRegistry(to, model);
    repos.grantWrite(to, 'code', `${UPLOAD_PREFIX}${model}/`);
    allow(to, ['states:StartExecution'], [stateMachineArn(place, 'deployment')]);
    allow(to, ['states:DescribeExecution'], [executionsArn(place, 'deployment', model)], undefined, EXECUTIONS);
    allow(to, ['sagemaker:InvokeEndpoint'], [endpointArn(place, model)]);
    // `retry` asks for a run; which model's, the event says, and IAM cannot tell. Nothing starts that is not due.
    allow(
      to,
      ['events:PutEvents'],
      [`arn:aws:events:${place.region}:${place.account}:event-bus/${eventBusName(place)}`],
      {
        StringEquals: { 'events:source': EVENT_SOURCE, 'events:detail-type': 'RetrainRequested' },
      },
    );
  }
}

/** Of the installation: looks into dead letters, and puts them back (`modelloop redrive`). */
export function redriverPolicy(scope: Construct, place: Place): void {
  const policy = new ManagedPolicy(scope, 'Redriver', {
    managedPolicyName: redriverPolicyName(place),
  });
  const { region, account } = place;
  const queue = (name: string) => `arn:aws:sqs:${region}:${account}:${name}`;
  allow(
    policy,
    [
      'sqs:GetQueueUrl',
      'sqs:GetQueueAttributes',
      'sqs:ReceiveMessage',
      'sqs:ChangeMessageVisibility',
      'sqs:DeleteMessage',
    ],
    DEAD_LETTER_QUEUES.map((name) => queue(deadLettersName(place, name))),
  );
  allow(
    policy,
    ['sqs:GetQueueUrl', 'sqs:SendMessage'],
    Object.keys(QUEUES).map((name) => queue(fullQueueName(place, name))),
  );
  allow(
    policy,
    ['logs:FilterLogEvents'],
    Object.values(QUEUES).map(
      (fn) => `arn:aws:logs:${region}:${account}:log-group:/aws/lambda/${functionName(place, fn)}:*`,
    ),
    undefined,
    'a log group is named so, by AWS; it has streams that nobody names',
  );
}

const EXECUTIONS = 'executions are named when they start, and all of a model begin so';

const endpointArn = (place: Place, model: string) =>
  `arn:aws:sagemaker:${place.region}:${place.account}:endpoint/${endpointName(place, model)}`;
const executionsArn = (place: Place, pipeline: Pipeline, model: string) =>
  `arn:aws:states:${place.region}:${place.account}:execution:${stateMachineName(place, pipeline)}:${model}-*`;
