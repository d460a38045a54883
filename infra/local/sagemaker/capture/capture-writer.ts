import type { DataCaptureConfig } from '@aws-sdk/client-sagemaker';
import type { RoleSession, S3Location } from '../cloud/ports.ts';
import { below } from '../cloud/ports.ts';
import { messageOf } from '../errors.ts';
import type { Captured } from './capture-record.ts';
import { capturePath, captureRecord } from './capture-record.ts';
import type { Spool } from './spool.ts';

const FLUSH_MS = 2_000;
const FLUSH_RECORDS = 100;

/** Writes sampled invocations to S3 within seconds (AWS takes minutes), with the model's role. */
export class CaptureWriter {
  readonly #session: RoleSession;
  readonly #config: DataCaptureConfig;
  readonly #place: { endpoint: string; variant: string };
  readonly #spool: Spool;
  readonly #report: (line: string) => void;
  readonly #random: () => number;
  #buffer: Captured[] = [];
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(
    session: RoleSession,
    config: DataCaptureConfig,
    place: { endpoint: string; variant: string },
    spool: Spool,
    report: (line: string) => void,
    random: () => number = Math.random,
  ) {
    this.#session = session;
    this.#config = config;
    this.#place = place;
    this.#spool = spool;
    this.#report = report;
    this.#random = random;
  }

  observe(captured: Captured): void {
    if (this.#random() * 100 >= (this.#config.InitialSamplingPercentage ?? 0)) return;
    this.#buffer.push(captured);
    if (this.#buffer.length >= FLUSH_RECORDS) void this.#flush();
    else this.#timer ??= setTimeout(() => void this.#flush(), FLUSH_MS);
  }

  /** Sends what S3 did not take before. */
  async resend(): Promise<void> {
    await this.#spool.drain(this.#send).catch((error: unknown) => {
      this.#report(`data capture of ${this.#place.endpoint}: still kept for later: ${messageOf(error)}`);
    });
  }

  /** Writes what is left. */
  close(): Promise<void> {
    return this.#flush();
  }

  #flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    // A file lies in the hour of its records.
    const hours = Map.groupBy(this.#buffer, ({ time }) => time.toISOString().slice(0, 13));
    this.#buffer = [];
    for (const records of hours.values()) this.#writing = this.#writing.then(() => this.#write(records));
    return this.#writing;
  }

  async #write(records: readonly Captured[]): Promise<void> {
    const first = records[0];
    if (!first) return;
    try {
      const target = below(this.#config.DestinationS3Uri ?? '', capturePath(this.#place, first.time));
      const lines = records.map((record) => `${JSON.stringify(captureRecord(this.#config, record))}\n`).join('');
      await this.#send(target, lines).catch(async (error: unknown) => {
        await this.#spool.keep(target, lines);
        this.#report(
          `data capture of ${this.#place.endpoint}: ${records.length} records kept for later: ${messageOf(error)}`,
        );
      });
    } catch (error) {
      this.#report(`data capture of ${this.#place.endpoint}: ${records.length} records lost: ${messageOf(error)}`);
    }
  }

  #send = (target: S3Location, lines: string): Promise<void> =>
    this.#session.write(target, lines, 'application/x-jsonlines');
}
