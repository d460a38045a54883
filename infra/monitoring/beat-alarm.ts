import { TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import {
  METRIC_NAMESPACE,
  metricDimensions,
  type PLATFORM_METRICS,
} from '../../shared/domain/monitoring/monitoring-metrics.ts';
import { SILENT_TURNS, secondsBetween } from '../../shared/domain/monitoring/schedule.ts';
import { type Place, type PlatformAlarm, pageTopic } from '../../shared/domain/names.ts';
import { PageAlarm } from '../constructs/page-alarm.ts';

export interface BeatAlarmProps {
  readonly place: Place;
  readonly kind: PlatformAlarm;
  /** 1 whenever the work was done. */
  readonly metric: (typeof PLATFORM_METRICS)[number];
  /** How often it is to be done. */
  readonly expression: string;
  readonly says: string;
}

/** Fires when something that beats with each turn has been silent for three. */
export class BeatAlarm extends PageAlarm {
  constructor(scope: Construct, id: string, { place, kind, metric, expression, says }: BeatAlarmProps) {
    super(scope, id, {
      ...{ place, kind, says },
      metric: {
        namespace: METRIC_NAMESPACE,
        name: metric,
        dimensions: metricDimensions(place.stage),
        statistic: 'Sum',
        period: secondsBetween(expression),
      },
      fires: { below: 1, points: SILENT_TURNS, of: SILENT_TURNS },
      missing: { as: TreatMissingData.BREACHING, because: 'silence is what this alarm is about' },
      tellsWhenOver: true,
      // What stopped the beat may have stopped the function that words pages.
      alsoTo: [pageTopic(place)],
    });
  }
}
