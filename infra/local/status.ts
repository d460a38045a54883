import { readCloudRecord } from './cloud-state.ts';
import { type Notes, readNotes } from './monitoring/notes.ts';
import { isAlive, memoryOfGroup } from './processes.ts';

export interface ProcessStatus {
  readonly name: string;
  readonly pid: number;
  readonly port?: number;
  readonly startedAt: string;
  readonly alive: boolean;
  /** With all that it started, such as the functions' workers. */
  readonly memoryMiB: number;
}

export interface CloudStatus {
  readonly directory: string;
  /** `broken`: some of its processes have died; `up` starts it anew. */
  readonly status: 'running' | 'starting' | 'broken' | 'stopped';
  readonly endpoint?: string;
  readonly startedAt?: string;
  readonly deployedAt?: string;
  readonly processes: readonly ProcessStatus[];
  /** What local monitoring cannot do for the alarms that are there; while it runs. */
  readonly monitoring?: Pick<Notes, 'alarmsNotEvaluated' | 'metricsNotFed'>;
}

export function cloudStatus(directory: string): CloudStatus {
  const record = readCloudRecord(directory);
  if (!record) return { directory, status: 'stopped', processes: [] };
  const { endpoint, startedAt, deployedAt, phase } = record;
  const processes = record.processes.map(({ name, pid, mark, port, startedAt }) => {
    const alive = isAlive({ pid, mark });
    const memoryMiB = alive ? Math.round(memoryOfGroup({ pid, mark }) / 1024) : 0;
    return { name, pid, ...(port === undefined ? {} : { port }), startedAt, alive, memoryMiB };
  });
  const status = processes.every((p) => p.alive) ? phase : 'broken';
  const monitoring = monitoringOf(directory, processes);
  return {
    directory,
    status,
    endpoint,
    startedAt,
    ...(deployedAt === undefined ? {} : { deployedAt }),
    processes,
    ...(monitoring ? { monitoring } : {}),
  };
}

function monitoringOf(directory: string, processes: readonly ProcessStatus[]): CloudStatus['monitoring'] {
  const running = processes.find(({ name, alive }) => name === 'monitoring' && alive);
  const notes = running && readNotes(directory, running.pid);
  return notes && { alarmsNotEvaluated: notes.alarmsNotEvaluated, metricsNotFed: notes.metricsNotFed };
}
