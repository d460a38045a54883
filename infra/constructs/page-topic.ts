import { Stack } from 'aws-cdk-lib';
import { type IGrantable, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnSubscription, type CfnTopic, Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { type Place, pagesInbox, topicArn } from '../../shared/domain/names.ts';
import { allow, KEY_BY_ALIAS } from './repositories.ts';

/**
 * The key of all topics, known by its alias. A page may name customers' columns and figures, so it is encrypted; with a key of its own,
 * because nothing that is done to the repositories' key is to silence the pager, and never with AWS's (`alias/aws/sns`): CloudWatch may
 * not use that one, and its alarms would fail to act without a word.
 */
export const pagesKeyAlias = (place: Pick<Place, 'stage'>) => `alias/modelloop-${place.stage}-pages`;

export interface PageTopicProps {
  readonly place: Place;
  readonly topicName: string;
  readonly displayName: string;
  /** May CloudWatch publish to it? */
  readonly takesAlarms?: boolean;
  readonly email?: readonly string[];
  /** Addresses that pages are posted to; each confirms its subscription first. */
  readonly https?: readonly string[];
  /** Is a queue subscribed to it in which pages can be read? */
  readonly inbox?: boolean;
}

/** A topic that takes messages over TLS only, from this account only. */
export class PageTopic extends Topic {
  constructor(scope: Construct, id: string, props: PageTopicProps) {
    const { place, topicName, displayName, email = [], https = [] } = props;
    super(scope, id, { topicName, displayName, enforceSSL: true });
    (this.node.defaultChild as CfnTopic).kmsMasterKeyId = pagesKeyAlias(place);
    if (props.takesAlarms)
      this.addToResourcePolicy(
        new PolicyStatement({
          sid: 'AlarmsOfThisAccount',
          principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
          actions: ['sns:Publish'],
          resources: [this.topicArn],
          conditions: {
            StringEquals: { 'aws:SourceAccount': place.account },
            ArnLike: { 'aws:SourceArn': `arn:aws:cloudwatch:${place.region}:${place.account}:alarm:*` },
          },
        }),
      );
    for (const [i, endpoint] of email.entries()) this.subscribe(`Email${i + 1}`, 'email', endpoint);
    for (const [i, endpoint] of https.entries()) this.subscribe(`Https${i + 1}`, 'https', endpoint);
    if (props.inbox)
      this.subscribe('Inbox', 'sqs', `arn:aws:sqs:${place.region}:${place.account}:${pagesInbox(place)}`);
  }

  private subscribe(id: string, protocol: string, endpoint: string): void {
    new CfnSubscription(this, id, { topicArn: this.topicArn, protocol, endpoint });
  }
}

/** May publish to these topics, encrypted as they are. */
export function grantPublishTo(to: IGrantable, scope: Construct, place: Place, ...topics: string[]): void {
  allow(
    to,
    ['sns:Publish'],
    topics.map((t) => topicArn(place, t)),
    undefined,
    'each model has a topic of its own by such a name',
  );
  const { region, account } = Stack.of(scope);
  allow(
    to,
    ['kms:Decrypt', 'kms:GenerateDataKey'],
    [`arn:aws:kms:${region}:${account}:key/*`],
    { 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': pagesKeyAlias(place) } },
    KEY_BY_ALIAS,
  );
}
