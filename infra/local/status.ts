import { readCloudRecord } from './cloud-state.ts';
import { isAlive, memoryOfGroup } from './processes.ts';

export interface ProcessStatus {
  readonly name: string;
  readonly pid: number;
  readonly port: number;
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
}

export function cloudStatus(directory: string): CloudStatus {
  const record = readCloudRecord(directory);
  if (!record) return { directory, status: 'stopped', processes: [] };
  const { endpoint, startedAt, deployedAt, phase } = record;
  const processes = record.processes.map(({ name, pid, mark, port, startedAt }) => {
    const alive = isAlive({ pid, mark });
    const memoryMiB = alive ? Math.round(memoryOfGroup({ pid, mark }) / 1024) : 0;
    return { name, pid, port, startedAt, alive, memoryMiB };
  });
  const status = processes.every((p) => p.alive) ? phase : 'broken';
  return { directory, status, endpoint, startedAt, ...(deployedAt === undefined ? {} : { deployedAt }), processes };
}
