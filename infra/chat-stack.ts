import { Stack, type StackProps } from 'aws-cdk-lib';
import { CfnMicrosoftTeamsChannelConfiguration, CfnSlackChannelConfiguration } from 'aws-cdk-lib/aws-chatbot';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { type Place, pageTopic, topicArn } from '../shared/domain/names.ts';
import type { StageSettings } from './config.ts';

export interface ChatStackProps extends StackProps {
  readonly settings: StageSettings;
  readonly models: readonly string[];
}

/**
 * All pages in a channel of Slack or Microsoft Teams. A stack of its own, after all others: a channel can be configured only once in an
 * account, and is subscribed to topics that are there already.
 */
export class ChatStack extends Stack {
  constructor(scope: Construct, id: string, { settings, models, ...props }: ChatStackProps) {
    super(scope, id, props);
    const place: Place = { stage: settings.stage, account: this.account, region: this.region };
    const { slack, teams } = settings.chat;
    const common = (where: string) => ({
      configurationName: `modelloop-${place.stage}-${place.region}-${where}`,
      iamRoleArn: this.role().roleArn,
      // Pages are read there; nothing is done from there.
      guardrailPolicies: ['arn:aws:iam::aws:policy/AWSDenyAll'],
      snsTopicArns: [pageTopic(place), ...models.map((model) => pageTopic(place, model))].map((t) =>
        topicArn(place, t),
      ),
    });
    if (slack)
      new CfnSlackChannelConfiguration(this, 'Slack', {
        ...common('slack'),
        slackWorkspaceId: slack.workspace,
        slackChannelId: slack.channel,
      });
    if (teams)
      new CfnMicrosoftTeamsChannelConfiguration(this, 'Teams', {
        ...common('teams'),
        teamsTenantId: teams.tenant,
        teamId: teams.team,
        teamsChannelId: teams.channel,
      });
  }

  private made: Role | undefined;

  /** The service asks for one; it is given no rights. */
  private role(): Role {
    this.made ??= new Role(this, 'Role', {
      description: 'Pages in a chat channel: no rights',
      assumedBy: new ServicePrincipal('chatbot.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': this.account } },
      }),
    });
    return this.made;
  }
}
