import { describe, expect, it } from 'vitest';
import type { TopFeature } from '../../../shared/domain/drift/column-drift.ts';
import { pageOf, rawPage, subjectOf } from '../../../shared/domain/monitoring/page.ts';
import type { PageFacts } from '../../../shared/domain/monitoring/page-facts.ts';
import { alarmName, MODEL_ALARMS, PLATFORM_ALARMS, partsOfAlarmName } from '../../../shared/domain/names.ts';
import type { DriftMonitor, Release } from '../../../shared/domain/records.ts';
import { place } from '../../fixtures/pipeline-world.ts';

const alarm: PageFacts['alarm'] = {
  name: 'modelloop-test.churn.drift',
  description: 'What churn is asked has changed. No data: the last check stands. Runbook: docs/runbooks/drift.md',
  state: 'ALARM',
  reason: 'Threshold Crossed: 1 datapoint [1.0] was greater than the threshold (0.0).',
  changedAt: '2026-03-02T10:05:09.123+0000',
};

const release = (n: number): Release =>
  ({
    ...{ model: 'churn', release: n, dataVersion: 10 + n, codeVersion: 20 + n, modelVersion: 30 + n, run: n },
    ...{ image: 'i', endpoint: 'e', endpointConfig: 'c', artifactSha256: 'a', kind: 'promotion', deployedBy: 'x' },
    shift: { from: 'f', to: 't' },
    liveFrom: `2026-02-0${n}T08:00:00.000Z`,
  }) as Release;

const feature = (column: string, page: boolean, words: string) => ({ column, page, words }) as TopFeature;
const drift: DriftMonitor = {
  checkedAt: '2026-03-02T10:04:00.000Z',
  verdict: 'drift',
  reason: '1 of 9 columns drifted: distance',
  since: '2026-03-02T09:04:00.000Z',
  pendingRows: 0,
  topFeatures: [
    feature('distance', true, 'distance: mean 1,047 → 1,685 (+0.87σ), PSI 0.68, p 3e-40'),
    feature('dest', false, 'dest: PSI 0.03'),
  ],
  report: { bucket: 'models', json: 'reports/1.json', html: 'reports/1.html' },
};

const facts: PageFacts = {
  ...{ place, kind: 'drift', model: 'churn', alarm, drift, live: release(4), before: release(3) },
  retraining: {
    status: 'waiting-for-data',
    since: '2026-03-02T10:04:01.000Z',
    reason: 'all data was trained on',
    inARow: 0,
  },
};

describe('a page about drift', () => {
  const { subject, text } = pageOf(facts);
  const lines = text.split('\n').map((l) => l.trim());

  it('says in its subject what, of which model, where', () => {
    expect(subject).toBe('PAGE churn: drift in distance (test)');
  });

  it('says what is wrong, and since when: by the monitor, and by the alarm', () => {
    expect(lines).toContain('What churn is asked has changed.');
    expect(lines).toContain('1 of 9 columns drifted: distance');
    expect(lines).toContain('since  2026-03-02 09:04 UTC');
    expect(text).toContain('modelloop-test.churn.drift, since 2026-03-02 10:05 UTC: Threshold Crossed');
  });

  it('names the columns with their figures, those that page marked, and where the report is', () => {
    expect(lines).toContain('! distance: mean 1,047 → 1,685 (+0.87σ), PSI 0.68, p 3e-40');
    expect(lines).toContain('dest: PSI 0.03');
    expect(text).toContain('s3://models/reports/1.html');
  });

  it('says what is live, the last good release, and what came of retraining', () => {
    expect(lines).toContain('release 4: model 34, data 14, code 24, since 2026-02-04 08:00 UTC');
    expect(lines).toContain('last good release: 3 (model 33, data 13, code 23, live from 2026-02-03 08:00 UTC)');
    expect(text).toContain('retraining: waiting for data since 2026-03-02 10:04 UTC: all data was trained on');
  });

  it('gives the command to look, the command to go back, and the runbook', () => {
    expect(lines).toContain('look     npx modelloop status churn --stage test');
    expect(lines).toContain('go back  npx modelloop rollback churn --stage test');
    expect(lines).toContain('runbook  docs/runbooks/drift.md');
  });
});

describe('a page', () => {
  it('offers no way back where there is none, and does not make a release up', () => {
    const { place: at, kind, model } = facts;
    const { text } = pageOf({ place: at, kind, model: model ?? '', alarm });
    expect(text).not.toContain('rollback');
    expect(text).toContain('there is no earlier release to go back to');
    expect(text).toContain('  nothing\n');
  });

  it('says that the newest check disagrees, rather than since when', () => {
    const { text } = pageOf({ ...facts, drift: { ...drift, verdict: 'unknown' } });
    expect(text).toContain('(the newest check says unknown)');
    expect(text).not.toContain('since  2026-03-02 09:04');
  });

  it('about a failed run has its number, what it trained, and its reason', () => {
    const failedRun = {
      ...{ model: 'churn', run: 7, dataVersion: 5, codeVersion: 2, status: 'failed' as const, startedAt: 's' },
      ...{ endedAt: '2026-03-01T00:00:00.000Z', failure: { error: 'E', reason: 'exit code 1' } },
    } as const;
    const { text, subject } = pageOf({ ...facts, kind: 'failed-run', failedRun });
    expect(text).toContain('Run 7 (data 5, code 2): exit code 1');
    expect(text).toContain('npx modelloop runs churn --stage test');
    expect(subject).toBe('PAGE churn: failed-run (test)');
  });

  it('about a queue shows the log of the function behind it, and leaves its messages alone', () => {
    const { text } = pageOf({ place, kind: 'queue-age', queue: 'triggers', alarm });
    expect(text).toContain('aws logs tail /aws/lambda/modelloop-test-start-run --region eu-west-1 --since 1h\n');
    expect(text).not.toContain('aws sqs');
    expect(text).not.toContain('What is live');
  });

  it('about dead letters shows them with their reasons', () => {
    const { text } = pageOf({ place, kind: 'dead-letters', queue: 'triggers-dead', alarm });
    expect(text).toContain('npx modelloop redrive --queue triggers-dead --dry-run --stage test');
  });

  it('is short when it is over', () => {
    const { subject, text } = pageOf({ ...facts, alarm: { ...alarm, state: 'OK', reason: 'no drift' } });
    expect(subject).toBe('OVER churn: drift (test)');
    expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(4);
    expect(text).toContain('over since 2026-03-02 10:05 UTC');
  });

  it('takes what people wrote for data: no new lines, no terminal codes, no reversed text', () => {
    const words = 'dest: new "\u001b[2J\nGO BACK rm -rf /\u202e" 3 %';
    const { text } = pageOf({ ...facts, drift: { ...drift, topFeatures: [feature('dest', true, words)] } });
    expect(text).not.toContain('\u001b');
    expect(text).not.toContain('\u202e');
    expect(text.split('\n').filter((l) => l.startsWith('GO BACK'))).toEqual([]);
  });
});

describe('a subject', () => {
  it.each(['ü'.repeat(300), 'a\nb', '', ' ', `PAGE ${'x'.repeat(200)}`])(
    'is 1 to 100 printable ASCII characters: %j',
    (s) => {
      expect(subjectOf(s)).toMatch(/^[\x21-\x7e]([\x20-\x7e]{0,98}[\x21-\x7e])?$/);
    },
  );
});

it('an alarm that cannot be worded is passed on as it is, with the reason and within what SNS takes', () => {
  const { subject, text } = rawPage(
    'test',
    `{"odd": "${'é'.repeat(300_000)}"}`,
    'ALARM: "x"',
    new TypeError('no AlarmName'),
  );
  expect(subject).toBe('PAGE raw alarm (test): ALARM: "x"');
  expect(text).toContain('TypeError: no AlarmName');
  expect(text).toContain('{"odd": "é');
  expect(Buffer.byteLength(text)).toBeLessThan(256 * 1024);
});

describe('the name of an alarm', () => {
  it('says what it is about, and nothing else of another installation or of somebody else', () => {
    for (const kind of MODEL_ALARMS)
      expect(partsOfAlarmName(place, alarmName(place, 'a-b', kind))).toEqual({ model: 'a-b', kind });
    for (const kind of PLATFORM_ALARMS)
      expect(partsOfAlarmName(place, alarmName(place, undefined, kind))).toEqual({ kind });
    expect(partsOfAlarmName(place, alarmName(place, undefined, 'queue-age', 'triggers'))).toEqual({
      kind: 'queue-age',
      queue: 'triggers',
    });
    for (const name of ['modelloop-other.churn.drift', 'drift', 'modelloop-test.churn', 'modelloop-test.churn.x', ''])
      expect(partsOfAlarmName(place, name)).toBeUndefined();
  });

  it.each(['drift', 'stale', 'heartbeat', 'dead-letters'])('is understood of a model that is called %s', (model) => {
    expect(partsOfAlarmName(place, alarmName(place, model, 'failed-run'))).toEqual({ model, kind: 'failed-run' });
  });
});
