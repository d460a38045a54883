import * as z from 'zod';

/** Column names end up in SQL, JSON, CSV headers and HTML reports: letters, digits and underscores keep them the same in all. */
export const COLUMN_NAME = /^[A-Za-z_][A-Za-z0-9_]{0,62}$/;

export const columnName = z
  .string()
  .regex(COLUMN_NAME, 'a column name has letters, digits and underscores only, at most 63 of them')
  .refine((name) => !name.startsWith('__'), 'names that begin with two underscores are reserved for ModelLoop');

const columnBase = {
  nullable: z.boolean().default(false).describe('May values be missing? Never in the target or the id.'),
  feature: z
    .boolean()
    .default(true)
    .describe('Is the model given this column? Not if it only names a row, or is not known in time for a prediction.'),
};

export const column = z
  .discriminatedUnion('type', [
    z
      .strictObject({
        type: z.literal('integer').describe('64-bit whole numbers.'),
        min: z.number().int().optional().describe('Smaller values are refused.'),
        max: z.number().int().optional().describe('Larger values are refused.'),
        ...columnBase,
      })
      .describe('A column of whole numbers.'),
    z
      .strictObject({
        type: z.literal('number').describe('Finite double-precision numbers.'),
        min: z.number().optional().describe('Smaller values are refused.'),
        max: z.number().optional().describe('Larger values are refused.'),
        ...columnBase,
      })
      .describe('A column of numbers.'),
    z
      .strictObject({ type: z.literal('boolean').describe('`true` or `false`; in CSV also 1 and 0.'), ...columnBase })
      .describe('A column of yes and no.'),
    z
      .strictObject({
        type: z.literal('string').describe('Text.'),
        values: z
          .array(z.string())
          .min(1)
          .refine((values) => new Set(values).size === values.length, 'a value appears twice')
          .optional()
          .describe('Only these are accepted; without the list, any text is. In a multiclass target: the classes.'),
        ...columnBase,
      })
      .describe('A column of texts.'),
  ])
  .refine((c) => !('min' in c && c.min !== undefined && c.max !== undefined && c.min > c.max), {
    message: 'min is above max',
  });

export type Column = z.infer<typeof column>;
