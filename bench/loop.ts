import { DescribeTrainingJobCommand, DescribeTransformJobCommand, SageMakerClient } from '@aws-sdk/client-sagemaker';
import { type DemoContext, upload } from '../demo/context.ts';
import { writeFlights } from '../demo/flights.ts';
import { goesLive, runEnds } from '../demo/progress.ts';
import { championTransformJobName, trainingJobName, transformJobName } from '../shared/domain/names.ts';
import type { Run } from '../shared/domain/records.ts';
import type { Table } from './table.ts';

type Span = readonly [from: number, to: number];

/** From an upload to its consequences, with and without the time in which SageMaker trains and predicts. */
export async function loopTimes(context: DemoContext): Promise<Table> {
  const rows: (string | number)[][] = [];
  for (const [month, which] of [
    [1, 'the first upload, nothing is warm'],
    [2, 'the second, beside a champion'],
  ] as const) {
    const file = await writeFlights(context, `bench-${month}.csv`, '--month', String(month));
    const began = Date.now();
    const { outcome } = await upload(context, file);
    if (outcome.status !== 'accepted') throw new Error(`month ${month} is ${outcome.status}`);
    rows.push([which, 'accepted', seconds(began, outcome.at), '–', '–']);
    const run = await runEnds(context, month, () => undefined);
    if (!run.verdict || !run.endedAt) throw new Error(`run ${month} failed: ${run.failure?.reason ?? 'no reason'}`);
    const atWork = await timeInJobs(context, run);
    const judged = seconds(began, run.endedAt);
    rows.push([which, `verdict (${run.verdict.decision})`, judged, atWork, judged - atWork]);
    if (run.verdict.decision !== 'promote') continue;
    const live = seconds(began, (await goesLive(context, run)).liveFrom);
    rows.push([which, 'live', live, atWork, live - atWork]);
  }
  return {
    title: 'From upload to live',
    says:
      'Seconds since PutObject began, by the times on record. One month of flights (26,000 and 24,000 rows), two candidates. `jobs`: at least one ' +
      'training or batch transform was under way. What is left is ModelLoop and the start of the endpoint. Waits of state machines are scaled ' +
      'by 0.05 here, and local SageMaker needs no minutes to find an instance: on AWS jobs and the start of an endpoint take minutes each.',
    columns: ['upload', 'until', 'seconds', 'jobs', 'without jobs'],
    rows,
  };
}

const seconds = (began: number, at: string) => (Date.parse(at) - began) / 1000;

/** Seconds in which at least one of a run's jobs was under way. */
async function timeInJobs({ place }: DemoContext, { model, run, candidates, verdict }: Run): Promise<number> {
  const client = new SageMakerClient({ region: place.region });
  const trainings = (candidates ?? []).map(async ({ candidate }): Promise<Span> => {
    const TrainingJobName = trainingJobName(place, model, run, candidate);
    const job = await client.send(new DescribeTrainingJobCommand({ TrainingJobName }));
    return span(TrainingJobName, job.CreationTime, job.TrainingEndTime);
  });
  const champion = verdict?.champion && championTransformJobName(place, model, run, verdict.champion.modelVersion);
  const transforms = [transformJobName(place, model, run), ...(champion ? [champion] : [])].map(
    async (TransformJobName): Promise<Span> => {
      const job = await client.send(new DescribeTransformJobCommand({ TransformJobName }));
      return span(TransformJobName, job.CreationTime, job.TransformEndTime);
    },
  );
  return lengthOfUnion(await Promise.all([...trainings, ...transforms])) / 1000;
}

const span = (job: string, from: Date | undefined, to: Date | undefined): Span => {
  if (!from || !to) throw new Error(`${job} has no times`);
  return [from.getTime(), to.getTime()];
};

function lengthOfUnion(spans: readonly Span[]): number {
  let [length, until] = [0, Number.NEGATIVE_INFINITY];
  for (const [from, to] of [...spans].sort(([a], [b]) => a - b)) {
    length += Math.max(0, to - Math.max(from, until));
    until = Math.max(until, to);
  }
  return length;
}
