import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { type ObjectAddress, ObjectNotFoundError } from '../shared/ports/object-store.ts';
import type { Session } from './cli.ts';
import { CommandError, EXIT } from './errors.ts';
import { type Answer, answer } from './stage-command.ts';

/** Which report, and where it goes. */
export interface ReportWish {
  readonly model: string;
  /** In words, such as `data version 1`. */
  readonly what: string;
  readonly address: ObjectAddress;
  readonly out: string;
}

/**
 * Fetches a report into a file, in place of one that is there, and says where it is.
 * @throws CommandError when the report is not made yet, or the file cannot be written
 */
export async function fetchReport({ ports }: Session, { model, what, address, out }: ReportWish): Promise<Answer> {
  const file = resolve(out);
  const html = await ports.objects.read(address).catch((error: unknown) => {
    if (!(error instanceof ObjectNotFoundError)) throw error;
    throw new CommandError(EXIT.notFound, `there is no report on ${what} of ${model}`, {
      details: [`it would be at s3://${address.bucket}/${address.key}`],
      todo: [
        'reports are made within a minute or so: try again; if it never appears, see the alarms of the queue "reports"',
      ],
    });
  });
  await writeFile(file, html).catch((cause: Error) => {
    throw new CommandError(EXIT.failed, `the report cannot be written to ${file}: ${cause.message}`);
  });
  const { bucket, key } = address;
  return answer(
    { model, report: { bucket, key }, file },
    (d) => `report on ${what} of ${model}\nwritten to ${d.file}\nfrom s3://${bucket}/${key}`,
  );
}

export interface ReportOptions {
  readonly report?: boolean;
  readonly out?: string;
}

/** Adds `--report` and `--out`. @param file the default, in words */
export const withReport = (command: Command, file: string): Command =>
  command
    .option('--report', 'save its report to a file (HTML, for any browser, offline)')
    .option('--out <file>', `with --report: the file to write; an existing one is replaced (default: ${file})`);

/** @throws CommandError when there is a file to write and no report to write to it */
export function expectReport({ report, out }: ReportOptions): void {
  if (out !== undefined && !report) throw new CommandError(EXIT.usage, '--out needs --report');
}
