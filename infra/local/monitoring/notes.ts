import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { monitoringState } from './settings.ts';

/** What local monitoring cannot do for the alarms that are there, so that nobody waits for an alarm that can never fire. */
export interface Notes {
  /** The process that wrote it, once it had looked at the alarms for the first time. */
  readonly pid: number;
  /** A line each, in words. */
  readonly alarmsNotEvaluated: readonly string[];
  readonly metricsNotFed: readonly string[];
}

const FILE = 'notes.json';

export function writeNotes(stateDir: string, notes: Notes): void {
  mkdirSync(stateDir, { recursive: true });
  const file = join(stateDir, FILE);
  writeFileSync(`${file}.new`, JSON.stringify(notes, null, 2));
  renameSync(`${file}.new`, file);
}

/** @param directory of the local cloud @returns undefined when that process has written none */
export function readNotes(directory: string, pid: number): Notes | undefined {
  try {
    const notes = JSON.parse(readFileSync(join(monitoringState(directory), FILE), 'utf8')) as Notes;
    return notes.pid === pid ? notes : undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
