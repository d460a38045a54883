import type { ReleaseAlarm } from '../../domain/deployment/canary.ts';
import type { Alarms } from '../../ports/alarms.ts';

export interface MemoryAlarms extends Alarms {
  readonly there: ReadonlyMap<string, ReleaseAlarm>;
  /** @throws when there is no such alarm */
  fire(name: string, reason: string): void;
}

export function memoryAlarms(): MemoryAlarms {
  const there = new Map<string, ReleaseAlarm>();
  const reasons = new Map<string, string>();
  return {
    there,
    fire: (name, reason) => {
      if (!there.has(name)) throw new Error(`there is no alarm ${name}`);
      reasons.set(name, reason);
    },
    put: async (alarm) => {
      there.set(alarm.AlarmName, alarm);
    },
    fired: async (name) => {
      const reason = reasons.get(name);
      return reason === undefined ? undefined : { alarm: name, reason };
    },
    delete: async (name) => {
      there.delete(name);
      reasons.delete(name);
    },
  };
}
