import type { CloudState } from './cloud-state.ts';

export interface UpOptions {
  /** Default: `localDirectory()`. */
  readonly directory?: string;
  /** Default: true. */
  readonly deploy?: boolean;
  /** Progress, a line at a time. */
  readonly report?: (line: string) => void;
  /** Aborting it stops what was started. */
  readonly signal?: AbortSignal;
}

export async function cloudUp(_options: UpOptions): Promise<CloudState> {
  throw new Error('being written');
}
export async function cloudDown(_directory?: string): Promise<void> {
  throw new Error('being written');
}
export async function cloudReset(_directory?: string): Promise<void> {
  throw new Error('being written');
}
