import * as z from 'zod';

/** Some, and not all. */
export const fraction = z.number().gt(0).lt(1);
