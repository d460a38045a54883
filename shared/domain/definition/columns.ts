import * as z from 'zod';

/** Column names end up in SQL, JSON, CSV headers and HTML reports: letters, digits and underscores keep them the same in all. */
export const COLUMN_NAME = /^[A-Za-z_][A-Za-z0-9_]{0,62}$/;

export const columnName = z
  .string()
  .regex(COLUMN_NAME, 'a column name has letters, digits and underscores only, at most 63 of them')
  .refine((name) => !name.startsWith('__'), 'names that begin with two underscores are for ModelLoop itself');

const columnBase = {
  nullable: z.boolean().default(false).describe('May values be missing? Never true of the target or of the id.'),
  feature: z
    .boolean()
    .default(true)
    .describe('Is the model given this column? Those that only name a row, or are not known in time, are not.'),
};

export const column = z
  .discriminatedUnion('type', [
    z
      .strictObject({
        type: z.literal('integer').describe('Whole numbers of 64 bits.'),
        min: z.number().int().optional().describe('Smaller values are refused.'),
        max: z.number().int().optional().describe('Larger values are refused.'),
        ...columnBase,
      })
      .describe('A column of whole numbers.'),
    z
      .strictObject({
        type: z.literal('number').describe('Finite doubles.'),
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
          .refine((values) => new Set(values).size === values.length, 'a value is there twice')
          .optional()
          .describe('Nothing else is accepted. Without it, any text is. Of a multiclass target: the classes.'),
        ...columnBase,
      })
      .describe('A column of texts.'),
  ])
  .refine((c) => !('min' in c && c.min !== undefined && c.max !== undefined && c.min > c.max), {
    message: 'min is above max',
  });

export type Column = z.infer<typeof column>;
