import { Listr, ListrLogger, PRESET_TIMER, ProcessOutput } from 'listr2';
import { durationText } from './time.ts';

export interface ShownStep {
  readonly title: string;
  readonly run: (report: (line: string) => void) => Promise<void>;
}

/**
 * Runs steps one after the other and shows them on stderr: live on a terminal, otherwise a line when each starts and ends.
 * @throws what a step throws; the steps after it are not run
 */
export const showSteps = (steps: readonly ShownStep[]): Promise<void> =>
  process.stderr.isTTY && process.stdout.isTTY ? showLive(steps) : showLines(steps);

async function showLive(steps: readonly ShownStep[]): Promise<void> {
  const tasks = steps.map(({ title, run }) => ({
    title,
    task: (_: unknown, task: { output: string }) =>
      run((line) => {
        task.output = line;
      }),
  }));
  const processOutput = new ProcessOutput(process.stderr, process.stderr);
  await new Listr(tasks, {
    // It would end the process at once; whoever calls ends things in good order.
    registerSignalListeners: false,
    renderer: 'default',
    rendererOptions: {
      logger: new ListrLogger({ processOutput, useIcons: true }),
      timer: PRESET_TIMER,
      // The whole error is told once, at the end.
      showErrorMessage: false,
    },
  }).run();
}

async function showLines(steps: readonly ShownStep[]): Promise<void> {
  for (const { title, run } of steps) {
    const from = new Date().toISOString();
    process.stderr.write(`${title} …\n`);
    await run(() => undefined);
    process.stderr.write(`${title}: done in ${durationText(from, new Date().toISOString())}\n`);
  }
}
