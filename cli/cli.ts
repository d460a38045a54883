import type { Place } from '../shared/domain/names.ts';
import type { Ports } from '../shared/ports/index.ts';
import type { ExitCode } from './errors.ts';

/** What the commands ask of the cloud: registry, objects, endpoints, executions, dead letters, and the account itself. */
export type CliPorts = Pick<
  Ports,
  'place' | 'store' | 'objects' | 'bus' | 'endpoints' | 'executions' | 'queues' | 'logs' | 'account' | 'clock'
>;

/** One stage, connected to. */
export interface Session {
  readonly place: Place;
  /** Where requests go, for people: an address, or `AWS`. */
  readonly at: string;
  readonly ports: CliPorts;
  /** The caller's ARN. */
  whoami(): Promise<string>;
}

/** The terminal and the way to the cloud, as the commands see them; tests bring their own. */
export interface Cli {
  /** Data: stdout. A newline is added. */
  out(text: string): void;
  /** Everything else: stderr. A newline is added. */
  err(text: string): void;
  /** All of stdin. */
  readInput(): Promise<string>;
  readonly inputIsTerminal: boolean;
  /** May stdout have colours? */
  readonly colour: boolean;
  /** The folder that holds the models' folders. */
  readonly models: string;
  now(): Date;
  /** @throws CommandError when there is no such stage to talk to */
  connect(stage: string | undefined): Promise<Session>;
  /** What the process will exit with. */
  exitCode: ExitCode;
}
