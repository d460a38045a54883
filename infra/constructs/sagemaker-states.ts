import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { Place } from '../../shared/domain/names.ts';
import { allow } from './repositories.ts';

/**
 * States that call SageMaker. CDK's own task constructs take one static role; ours differ by model and are named in the request, so
 * these are plain ASL, and what the machine's role needs for them is granted here.
 */

/**
 * Step Functions has no name for a throttled call of SageMaker: it comes as what the API model does not declare, as a refusal does. As the
 * optimized integrations (SDK for Java 1) and the SDK integrations (2) call it; and what no reply came to.
 */
const PASSING = ['SageMaker.AmazonSageMakerException', 'SageMaker.SageMakerException', 'SageMaker.SdkClientException'];

/** About half a minute: what is refused for good fails soon enough. */
const THROTTLED = {
  ErrorEquals: PASSING,
  IntervalSeconds: 2,
  BackoffRate: 2,
  MaxAttempts: 5,
  JitterStrategy: 'FULL',
};

/** Some two minutes: to look costs nothing, and a release that serves is not undone because nobody could see it for a moment. */
const UNSEEN = { ...THROTTLED, ErrorEquals: ['States.TaskFailed'], MaxAttempts: 10, MaxDelaySeconds: 30 };

/** No instance of that kind is free in the account: a job waits for another's end, a day if need be. */
const QUEUED = {
  ErrorEquals: ['SageMaker.ResourceLimitExceededException'],
  IntervalSeconds: 30,
  BackoffRate: 2,
  MaxAttempts: 200,
  MaxDelaySeconds: 900,
  JitterStrategy: 'FULL',
};

/** The same of an endpoint, which holds up everybody else's deployment of the model: half an hour. */
const AT_THE_LIMIT = { ...QUEUED, MaxAttempts: 8 };

/** Starts a job and waits for its end; the request's members are taken from the object at `request`. */
export const runJob = (
  action: 'createTrainingJob' | 'createTransformJob',
  request: string,
  members: readonly string[],
): object => ({
  Type: 'Task',
  Resource: `arn:aws:states:::sagemaker:${action}.sync`,
  Parameters: Object.fromEntries(members.map((m) => [`${m}.$`, `${request}.${m}`])),
  // The job's description is large, and names what the registry names already.
  ResultPath: null,
  Retry: [THROTTLED, QUEUED],
});

/** One call of SageMaker's API, through Step Functions' SDK integration. */
export const sageMakerCall = (
  operation: string,
  parameters: Record<string, unknown>,
  resultPath: string | null,
): object => ({
  Type: 'Task',
  Resource: `arn:aws:states:::aws-sdk:sagemaker:${operation}`,
  Parameters: parameters,
  ResultPath: resultPath,
  Retry: operation.startsWith('describe') ? [UNSEEN] : [THROTTLED, AT_THE_LIMIT],
});

const arn = ({ region, account }: Place, kind: string, name: string) =>
  `arn:aws:sagemaker:${region}:${account}:${kind}/${name}`;

const ours = (place: Place) => `modelloop-${place.stage}-*`;
const OURS = 'what SageMaker is asked for is named at run time, and its name begins so';

/** Training and transform jobs, and what Step Functions itself needs to hear of their end. */
export function grantJobs(role: IRole, place: Place): void {
  const jobs = ['training-job', 'transform-job'].map((kind) => arn(place, kind, ours(place)));
  allow(
    role,
    [
      'sagemaker:CreateTrainingJob',
      'sagemaker:DescribeTrainingJob',
      'sagemaker:StopTrainingJob',
      'sagemaker:CreateTransformJob',
      'sagemaker:DescribeTransformJob',
      'sagemaker:StopTransformJob',
      'sagemaker:AddTags',
    ],
    jobs,
    undefined,
    OURS,
  );
  allow(
    role,
    ['events:PutTargets', 'events:PutRule', 'events:DescribeRule'],
    ['Training', 'Transform'].map(
      (kind) =>
        `arn:aws:events:${place.region}:${place.account}:rule/StepFunctionsGetEventsForSageMaker${kind}JobsRule`,
    ),
  );
  grantPassModelRoles(role, place, 'training');
}

export function grantModels(role: IRole, place: Place): void {
  const actions = ['sagemaker:CreateModel', 'sagemaker:DescribeModel', 'sagemaker:AddTags'];
  allow(role, actions, [arn(place, 'model', ours(place))], undefined, OURS);
  grantPassModelRoles(role, place, 'serving');
}

/** To take away what serves. */
export function grantRetire(role: IRole, place: Place): void {
  const actions = ['DescribeEndpoint', 'DeleteEndpoint', 'DeleteEndpointConfig', 'DeleteModel'];
  allow(
    role,
    actions.map((action) => `sagemaker:${action}`),
    ['endpoint', 'endpoint-config', 'model'].map((kind) => arn(place, kind, ours(place))),
    undefined,
    OURS,
  );
}

/** To see what serves. */
export function grantDescribeEndpoints(role: IRole, place: Place): void {
  allow(role, ['sagemaker:DescribeEndpoint'], [arn(place, 'endpoint', ours(place))], undefined, OURS);
}

/** To take away an endpoint that nothing on record tells of. */
export function grantClearEndpoint(role: IRole, place: Place): void {
  const actions = ['sagemaker:DescribeEndpoint', 'sagemaker:DeleteEndpoint'];
  allow(role, actions, [arn(place, 'endpoint', ours(place))], undefined, OURS);
}

export function grantEndpoints(role: IRole, place: Place): void {
  const resources = [arn(place, 'endpoint', ours(place)), arn(place, 'endpoint-config', ours(place))];
  allow(
    role,
    [
      'sagemaker:CreateEndpointConfig',
      'sagemaker:CreateEndpoint',
      'sagemaker:UpdateEndpoint',
      'sagemaker:DescribeEndpoint',
      'sagemaker:DeleteEndpoint',
      'sagemaker:DeleteEndpointConfig',
      'sagemaker:AddTags',
    ],
    resources,
    undefined,
    OURS,
  );
}

export function grantInvokeEndpoints(role: IRole, place: Place): void {
  allow(role, ['sagemaker:InvokeEndpoint'], [arn(place, 'endpoint', ours(place))], undefined, OURS);
}

function grantPassModelRoles(role: IRole, place: Place, use: 'training' | 'serving'): void {
  allow(
    role,
    ['iam:PassRole'],
    [`arn:aws:iam::${place.account}:role/modelloop-${place.stage}-*-${use}`],
    { StringEquals: { 'iam:PassedToService': 'sagemaker.amazonaws.com' } },
    'each model has a role of its own by such a name, and it can be passed to SageMaker only',
  );
}
