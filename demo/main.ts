import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseArgs, styleText } from 'node:util';
import Table from 'cli-table3';
import { cloudDown, cloudReset, cloudUp, type Step } from '../infra/local/cloud.ts';
import { type CloudState, checkout, readCloudState } from '../infra/local/cloud-state.ts';
import { contextOf, MODEL } from './context.ts';
import { firstLight } from './first-light.ts';
import { goBack } from './go-back.ts';
import { learnAgain } from './learn-again.ts';
import { recentErrors } from './recent-errors.ts';
import { playStory, StoryError, type TimelineEntry } from './story.ts';
import { watch } from './watch.ts';

const HELP = `Plays ModelLoop's whole loop on this machine: a local cloud, a real deployment, real training.

  npm run demo                 play, then stop everything that was started
  npm run demo -- --keep       leave the local cloud up, to look around

The story is New York's flights of 2013: will a flight arrive more than 15 minutes late?
Facts for programs: .local/demo.json. Exit code 0 if every chapter came true, 1 otherwise.`;

/** A cloud of its own, new each time: a local cloud that is up is left alone. */
const DIRECTORY = join(checkout, '.local', 'demo');
const FACTS = join(checkout, '.local', 'demo.json');

const { values: options } = parseArgs({
  options: { keep: { type: 'boolean', default: false }, help: { type: 'boolean', short: 'h', default: false } },
});
const tell = (line: string) => process.stdout.write(`${line}\n`);

if (options.help) tell(HELP);
else process.exitCode = await demo();

async function demo(): Promise<number> {
  const abort = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => abort.abort(new Error(`stopped by ${signal}`)));
  const timeline: TimelineEntry[] = [];
  const began = performance.now();
  const startedAt = new Date();
  let failure: unknown;
  try {
    const state = await setUp(abort.signal, timeline);
    const chapters = [...firstLight, ...learnAgain, ...watch, ...goBack];
    await playStory(chapters, contextOf(state, abort.signal), tell, (entry) => timeline.push(entry));
  } catch (error) {
    failure = abort.signal.aborted ? abort.signal.reason : error;
  }
  const seconds = Math.round((performance.now() - began) / 1000);
  writeFacts(timeline, seconds, failure);
  showTimeline(timeline, seconds);
  if (failure !== undefined) await showFailure(failure, startedAt);
  await leave(failure === undefined);
  return failure === undefined ? 0 : 1;
}

async function setUp(signal: AbortSignal, timeline: TimelineEntry[]): Promise<CloudState> {
  tell(styleText('bold', '0. A local cloud, and a real `cdk deploy` to it'));
  const started = performance.now();
  await cloudReset(DIRECTORY);
  const state = await cloudUp({ directory: DIRECTORY, signal, present: showSteps });
  const seconds = Math.round((performance.now() - started) / 100) / 10;
  const summary = `the local cloud is up at ${state.endpoint}`;
  tell(styleText('green', `   ✓ ${summary}`) + styleText('dim', ` (${seconds} s)`));
  timeline.push({ chapter: 'Set up', seconds, summary, facts: { endpoint: state.endpoint, account: state.account } });
  return state;
}

/** Each step with its time; of a step's own lines only those that tell of progress worth reading. */
async function showSteps(steps: readonly Step[]): Promise<void> {
  for (const { title, run } of steps) {
    tell(styleText('dim', `   ${title}`));
    const started = performance.now();
    let last = '';
    await run((line) => {
      const told = /^(downloading|unpacking|✅.*|modelloop-\S+: deploying.*)/u.exec(line)?.[0];
      if (told && told !== last) tell(styleText('dim', `      ${told}`));
      last = told ?? last;
    });
    tell(styleText('dim', `   ${title}: ${((performance.now() - started) / 1000).toFixed(1)} s`));
  }
}

function showTimeline(timeline: readonly TimelineEntry[], seconds: number): void {
  const table = new Table({
    head: ['what', 'seconds', 'outcome'],
    style: { head: [], border: [] },
    colWidths: [null, null, 64],
    wordWrap: true,
  });
  for (const { chapter, seconds: s, summary } of timeline) table.push([chapter, s.toFixed(1), summary]);
  table.push(['all', seconds.toFixed(0), '']);
  tell(`\n${table.toString()}`);
}

async function showFailure(failure: unknown, since: Date): Promise<void> {
  tell(styleText('red', '\nThe story did not come true.'));
  const { message, stack } = failure instanceof Error ? failure : new Error(String(failure));
  tell(process.env.MODELLOOP_DEBUG === '1' && !(failure instanceof StoryError) ? String(stack) : message);
  const state = readCloudState(DIRECTORY);
  if (state) {
    const place = { stage: 'local', account: state.account, region: state.region };
    const errors = await recentErrors(place, since).catch((error: unknown) => [`the logs cannot be read: ${error}`]);
    if (errors.length > 0) tell('What the functions logged as errors:');
    for (const error of errors) tell(`  ${error}`);
  }
  tell(`Logs: ${join(relative(process.cwd(), DIRECTORY), 'logs')}`);
}

function writeFacts(timeline: readonly TimelineEntry[], seconds: number, failure: unknown): void {
  mkdirSync(join(checkout, '.local'), { recursive: true });
  const failed =
    failure === undefined
      ? {}
      : failure instanceof StoryError
        ? { failure: { expected: failure.expected, seen: failure.seen } }
        : { failure: { seen: String(failure) } };
  writeFileSync(
    FACTS,
    `${JSON.stringify({ cameTrue: failure === undefined, seconds, ...failed, timeline }, null, 2)}\n`,
  );
}

async function leave(cameTrue: boolean): Promise<void> {
  if (options.keep) {
    tell('\nThe local cloud is left up. Where to look next:');
    tell(`  export MODELLOOP_LOCAL_DIR=${relative(process.cwd(), DIRECTORY)}`);
    for (const command of [`status`, `lineage ${MODEL}`, `data uploads ${MODEL}`, `runs ${MODEL}`, `predict ${MODEL}`])
      tell(`  npx modelloop ${command}`);
    tell('  eval "$(npx modelloop local env)"     then: aws s3 ls, boto3, any AWS client');
    tell('  npx modelloop local down');
    return;
  }
  await cloudDown(DIRECTORY);
  tell('\nEverything that was started has been stopped.');
  if (cameTrue) {
    tell(`Where to look next: ${relative(process.cwd(), FACTS)} (all facts), npm run demo -- --keep (to look around),`);
    tell('README.md (your own model, your own account).');
  }
}
