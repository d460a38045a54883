import * as z from 'zod';

/** What a schedule hands to a monitor. */
export const monitorTask = z.object({ model: z.string() });

/** The stage's own schedule: that of every monitor whose model's definition names no other. */
export const checkMonitorsTask = z.object({ monitorSchedule: z.string() });

export const sweepTask = z.object({});
