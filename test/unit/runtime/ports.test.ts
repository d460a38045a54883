import { expect, test, vi } from 'vitest';
import { memoryEventBus } from '../../../shared/adapters/memory/event-bus.ts';
import { patientStore } from '../../../shared/adapters/patient-store.ts';
import { portsOf, store } from '../../../shared/runtime/ports.ts';

vi.mock('../../../shared/adapters/patient-store.ts', { spy: true });

test('a port is made when it is first used, from where we are, and once', async () => {
  const place = { stage: 'dev', account: '111122223333', region: 'eu-west-1' };
  const places: unknown[] = [];
  const ports = portsOf(
    {
      bus: (at) => {
        places.push(at);
        return memoryEventBus();
      },
    },
    place,
  );
  expect(places).toEqual([]);
  expect(ports.bus).toBe(ports.bus);
  expect(places).toEqual([place]);
  expect(ports.place).toBe(place);
  expect(ports).not.toHaveProperty('store');
});

test('the registry on AWS is one that pauses when others were faster', () => {
  const made = store({ stage: 'dev', account: '111122223333', region: 'eu-west-1' });
  expect(patientStore).toHaveReturnedWith(made);
});
