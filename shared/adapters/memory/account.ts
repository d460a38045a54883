import type { Account, Stack } from '../../ports/account.ts';

export interface MemoryAccount extends Account {
  readonly present: {
    stacks: Stack[];
    quotas: Record<string, Record<string, number>>;
    unconfirmed: Record<string, string[]>;
  };
}

/** An account that is as `present` says; tests change it. */
export function memoryAccount(): MemoryAccount {
  const present: MemoryAccount['present'] = { stacks: [], quotas: {}, unconfirmed: {} };
  return {
    present,
    stacks: async () => present.stacks,
    quotas: async (service) => new Map(Object.entries(present.quotas[service] ?? {})),
    unconfirmed: async (topic) => present.unconfirmed[topic],
  };
}
