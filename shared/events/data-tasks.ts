import * as z from 'zod';
import { count, model, number } from './task-values.ts';

/** Of the data pipeline: { model, uploadId }. */

export const dataExecution = z.object({ model, uploadId: z.string() });

export const checkedPart = z.object({ sha256: z.string(), bytes: count, rows: number, key: z.string() });
export type CheckedPart = z.infer<typeof checkedPart>;

export const problem = z.object({
  code: z.string(),
  message: z.string(),
  line: number.optional(),
  column: z.string().optional(),
  value: z.string().optional(),
  rows: number.optional(),
});

export const validateUploadTask = dataExecution;
const uploadValidation = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('valid'), codeVersion: number, contractHash: z.string(), part: checkedPart }),
  z.object({ outcome: z.literal('rejected'), codeVersion: number, problems: z.array(problem).min(1) }),
]);
export type UploadValidation = z.infer<typeof uploadValidation>;

export const preparePartTask = z.object({ model, codeVersion: number, contractHash: z.string(), part: checkedPart });
export const preparedPart = z.object({
  prefix: z.string(),
  rows: z.object({ train: count, validation: count, test: count }),
});
export type PreparedPart = z.infer<typeof preparedPart>;

export const acceptUploadTask = dataExecution.extend({
  codeVersion: number,
  contractHash: z.string(),
  part: checkedPart,
});
export const rejectUploadTask = dataExecution.extend({ codeVersion: number, problems: z.array(problem).min(1) });
