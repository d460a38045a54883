import { contentBefore } from '../../domain/deployment/content-before.ts';
import { type Page, pageOf, rawPage } from '../../domain/monitoring/page.ts';
import type { PageFacts } from '../../domain/monitoring/page-facts.ts';
import { pageTopic, partsOfAlarmName } from '../../domain/names.ts';
import type {
  Champion,
  Deployment,
  DriftMonitor,
  FreshnessMonitor,
  Hold,
  Release,
  Retraining,
  Run,
} from '../../domain/records.ts';
import { registryKeys, registryPrefixes } from '../../domain/registry-keys.ts';
import { type AlarmNotification, alarmNotification, type SnsNotification } from '../../events/aws-events.ts';
import type { Ports } from '../../ports/index.ts';
import { notServing } from '../deployment/not-serving.ts';
import { toldByRollback } from './told-by-rollback.ts';

type Needs = Pick<Ports, 'place' | 'store' | 'alarms' | 'notifications'>;

export interface PageSent {
  /** The topic that took it; undefined when nobody needs to know. */
  readonly topic?: string;
  /** Why the alarm was passed on as it is. */
  readonly notComposed?: Error;
}

/**
 * Words an alarm for whoever is called, and publishes it to the page topic of its model, or of the installation. Composing may fail;
 * the page goes out all the same, with the alarm as it is. So may the model's topic: then the installation's takes the page. The first
 * look at a new alarm ends nothing, and is told to nobody; nor is what the page about a rolled back release tells.
 * @throws when no topic takes it: the message comes again, and at last waits among the dead letters, whose alarm takes another way
 */
export const composePage = async (ports: Needs, { Message, Subject }: SnsNotification): Promise<PageSent> => {
  const { place } = ports;
  const model = partsOfAlarmName(place, nameIn(Message))?.model;
  const { page, notComposed } = await compose(ports, Message, Subject ?? undefined);
  if (!page) return {};
  const send = async (topic: string, sent: Page): Promise<PageSent> => {
    await ports.notifications.publish({ topic, ...sent, attributes: { kind: page.kind, state: page.state } });
    return { topic, ...(notComposed ? { notComposed } : {}) };
  };
  if (model === undefined) return send(pageTopic(place), page);
  try {
    return await send(pageTopic(place, model), page);
  } catch (error) {
    const why = `(${pageTopic(place, model)} did not accept this page: ${String(error)})`;
    return send(pageTopic(place), { ...page, text: `${page.text}\n${why}\n` });
  }
};

const compose = async (
  ports: Needs,
  message: string,
  subject: string | undefined,
): Promise<{ page?: Page; notComposed?: Error }> => {
  try {
    const alarm = alarmNotification.parse(JSON.parse(message));
    if (alarm.NewStateValue === 'OK' && alarm.OldStateValue === 'INSUFFICIENT_DATA') return {};
    const parts = partsOfAlarmName(ports.place, alarm.AlarmName);
    if (parts?.model && (await toldByRollback(ports, parts.model, parts.kind, alarm.StateChangeTime))) return {};
    return { page: pageOf(await factsOf(ports, alarm)) };
  } catch (thrown) {
    const error = thrown instanceof Error ? thrown : new Error(String(thrown));
    return { page: rawPage(ports.place.stage, message, subject, error), notComposed: error };
  }
};

/** Also where the rest of the message is not what it should be. */
const nameIn = (message: string): string => /"AlarmName"\s*:\s*"([^"\\]+)"/.exec(message)?.[1] ?? '';

/** An alarm that is not of this installation was sent here by somebody: it is passed on as it is. */
export class ForeignAlarmError extends Error {
  override readonly name = 'ForeignAlarmError';
}

const factsOf = async (ports: Needs, alarm: AlarmNotification): Promise<PageFacts> => {
  const parts = partsOfAlarmName(ports.place, alarm.AlarmName);
  if (!parts) throw new ForeignAlarmError(`${alarm.AlarmName} is not an alarm of stage ${ports.place.stage}`);
  const common: PageFacts = {
    place: ports.place,
    kind: parts.kind,
    ...(parts.queue === undefined ? {} : { queue: parts.queue }),
    alarm: {
      name: alarm.AlarmName,
      description: alarm.AlarmDescription ?? '',
      state: alarm.NewStateValue,
      reason: alarm.NewStateReason,
      changedAt: alarm.StateChangeTime,
    },
  };
  return parts.model === undefined ? common : { ...common, ...(await factsOfModel(ports, parts.model)) };
};

const factsOfModel = async ({ store }: Needs, model: string): Promise<Omit<PageFacts, 'place' | 'kind' | 'alarm'>> => {
  const value = async <T extends object>(key: Parameters<typeof store.get>[0]) => (await store.get<T>(key))?.value;
  const [champion, drift, freshness, retraining, hold, listed, runs, deployments] = await Promise.all([
    value<Champion>(registryKeys.champion(model)),
    value<DriftMonitor>(registryKeys.driftMonitor(model)),
    value<FreshnessMonitor>(registryKeys.freshnessMonitor(model)),
    value<Retraining>(registryKeys.retraining(model)),
    value<Hold>(registryKeys.hold(model)),
    store.list<Release>(model, registryPrefixes.releases),
    store.list<Run>(model, registryPrefixes.runs, { newestFirst: true, limit: 20 }),
    store.list<Deployment>(model, registryPrefixes.deployments),
  ]);
  const releases = listed.map((r) => r.value);
  const live = releases.find((r) => r.release === champion?.release);
  const before = contentBefore(releases);
  const failedRun = runs.map((r) => r.value).find((r) => r.status === 'failed');
  const failedDeployment = deployments
    .map((d) => d.value)
    .filter((d) => d.status === 'failed')
    .sort((a, b) => (a.at < b.at ? 1 : -1))[0];
  const unserved = await notServing({ store }, model, champion);
  return {
    model,
    ...present({ live, before, drift, freshness, retraining, hold, failedRun, failedDeployment, notServing: unserved }),
  };
};

type Present<T> = { [K in keyof T]?: Exclude<T[K], undefined> };
const present = <T extends object>(facts: T): Present<T> =>
  Object.fromEntries(Object.entries(facts).filter(([, v]) => v !== undefined)) as Present<T>;
