import * as z from 'zod';

/**
 * What the states of the three machines hand to their functions, and get back, is in `data-tasks.ts`, `build-tasks.ts` and
 * `deployment-tasks.ts`. One schema for the handler's parser, the tests and the reader of the state machine. `outcome` is what a Choice state
 * looks at; a fault is thrown instead. Here is what their payloads are made of.
 */

export const model = z.string();
export const count = z.number().int().nonnegative();
export const number = z.number().int().positive();
export const tags = z.array(z.object({ Key: z.string(), Value: z.string() }));
