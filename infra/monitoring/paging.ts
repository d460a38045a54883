import { Duration } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { SqsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct, type IDependable } from 'constructs';
import { alarmsTopic, notifyTopic, pagesInbox, pageTopic, topicArn } from '../../shared/domain/names.ts';
import { ConsumedQueue } from '../constructs/consumed-queue.ts';
import { except } from '../constructs/exceptions.ts';
import { grantPublishTo, PageTopic, pagesKeyAlias } from '../constructs/page-topic.ts';
import { PipelineFunction } from '../constructs/pipeline-function.ts';
import type { Platform } from '../constructs/platform.ts';
import { grantReadReleaseAlarms } from '../constructs/release-alarms.ts';
import { stageKey } from '../constructs/stage-key.ts';

const COMPOSE_WITHIN = Duration.seconds(20);

/** Alarm → composed page → people. The alarms of the queue in between, and those of what watches, go to people directly as well. */
export class Paging extends Construct {
  readonly alarms: ConsumedQueue;
  private readonly platform: Platform;

  constructor(scope: Construct, id: string, platform: Platform) {
    super(scope, id);
    this.platform = platform;
    const { place } = platform;
    const { pageEmail: email, pageHttps: https, pagesInbox: inbox } = platform.functions.settings;
    const key = this.key();
    if (inbox) this.inbox();
    const alarms = new PageTopic(this, 'AlarmsTopic', {
      ...{ place, topicName: alarmsTopic(place), takesAlarms: true },
      displayName: `ModelLoop ${place.stage}: alarms as they are`,
    });
    const page = new PageTopic(this, 'PageTopic', {
      ...{ place, topicName: pageTopic(place), takesAlarms: true, email, https, inbox },
      displayName: `ModelLoop ${place.stage}: pages`,
    });
    const news = new PageTopic(this, 'NotifyTopic', {
      ...{ place, topicName: notifyTopic(place), inbox },
      displayName: `ModelLoop ${place.stage}: news`,
    });
    for (const topic of [alarms, page, news]) topic.node.addDependency(key);

    const compose = new PipelineFunction(this, {
      ...platform.functions,
      name: 'compose-page',
      description: 'Turns an alarm into a page: what is wrong, what is live, what to do',
      timeout: COMPOSE_WITHIN,
    });
    platform.repositories.grantReadRegistry(compose.lambda);
    // What callers met in a release that is being rolled back is one page, not two.
    grantReadReleaseAlarms(compose.lambda, place);
    grantPublishTo(compose.lambda, this, place, pageTopic(place), pageTopic(place, '*'));
    this.alarms = new ConsumedQueue(this, 'Alarms', {
      ...{ place, name: 'alarms' },
      consumer: compose.lambda,
      consumerTimeout: COMPOSE_WITHIN,
    });
    alarms.addSubscription(new SqsSubscription(this.alarms.queue, { deadLetterQueue: this.alarms.deadLetters }));
  }

  /** A key of the company's must let CloudWatch use it itself: nothing here changes its policy. */
  private key(): IDependable {
    const { place, functions } = this.platform;
    const key = stageKey(this, pagesKeyAlias(place), functions.settings.keys.pages, {
      description: `ModelLoop ${place.stage}: alarms, pages and news`,
    });
    key.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AlarmsOfThisAccount',
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
        resources: ['*'],
        conditions: { StringEquals: { 'aws:SourceAccount': place.account } },
      }),
    );
    return key;
  }

  /** All pages of the stage, and its news, to be read where nobody gets e-mail. */
  private inbox(): void {
    const { place } = this.platform;
    const queue = new Queue(this, 'Inbox', {
      queueName: pagesInbox(place),
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    except(queue, 'SQS3', 'people read pages here; nothing processes it, so nothing can fail');
    queue.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('sns.amazonaws.com')],
        actions: ['sqs:SendMessage'],
        resources: [queue.queueArn],
        conditions: {
          ArnLike: {
            'aws:SourceArn': [pageTopic(place), pageTopic(place, '*'), notifyTopic(place)].map((t) =>
              topicArn(place, t),
            ),
          },
        },
      }),
    );
  }
}
