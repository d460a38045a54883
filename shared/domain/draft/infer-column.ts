import { type DraftColumn, DraftError } from './draft.ts';
import { headroom, wholeHeadroom } from './headroom.ts';
import type { Reading, SampleColumn, Suspect } from './sample.ts';
import { figure, share } from './words.ts';

/** So many different texts are kinds that can be listed; a text more would most likely be a mistake. */
const MOST_CATEGORIES = 20;
const ROWS_OF_A_CATEGORY = 5;
const LONGEST_CATEGORY = 100;
/** More different texts than this, in more than half of the rows, are names of rows. */
const MOST_KINDS = 50;

const NAMES_ROWS = /(^|_)(id|uuid|guid|key)$|[a-z](Id|ID)$/;
export const soundsLikeId = (name: string): boolean => NAMES_ROWS.test(name);

/** A column that is neither the target nor the id. @throws DraftError when the contract has no type for it */
export const inferFeature = (column: SampleColumn, rows: number, suspect?: Suspect): DraftColumn => {
  const inferred = inferValues(column, rows);
  if (suspect?.kind === 'copy')
    return {
      column: { ...inferred.column, feature: false },
      why: `predicts the target ${suspect.why}: not a feature, or uploads would be refused`,
      warning: `${column.name} predicts the target ${suspect.why}. It is written with feature: false: is it known before the answer is?`,
    };
  if (suspect?.kind === 'near')
    return {
      ...inferred,
      why: `${inferred.why}; ${suspect.why}: is it known before the answer is?`,
      warning: `${column.name} almost predicts the target on its own (${suspect.why}). If it is only known afterwards, give it feature: false`,
    };
  return inferred;
};

const inferValues = (sampled: SampleColumn, rows: number): DraftColumn => {
  const { nulls, readings } = sampled;
  const nullable = nulls > 0 ? { nullable: true } : {};
  const missing = nulls > 0 ? `, ${nulls === rows ? 'all' : nulls} of ${rows} empty` : '';
  const of = (column: DraftColumn['column'], why: string): DraftColumn => ({ column, why: `${why}${missing}` });
  const unused = { ...nullable, feature: false };

  if (nulls === rows) {
    const type = readings.string ? 'string' : readings.number ? 'number' : 'boolean';
    const warning = `${sampled.name} is empty in every row: its type is a guess, and it is not a feature`;
    return { ...of({ type, ...unused }, 'a guess'), warning };
  }
  const { boolean, integer, number, string } = readings;
  const only = boolean ?? integer ?? number ?? string;
  if (!only) throw unreadable(sampled);
  if (only.distinct === 1 && nulls === 0)
    return {
      ...of(
        { ...valuesOf(sampled), ...unused },
        'the same in every row: nothing to learn from; if it will vary, feature: true',
      ),
      warning: `${sampled.name} is the same in every row: it is not a feature`,
    };
  if (integer && soundsLikeId(sampled.name))
    return of({ type: 'integer', ...unused }, `by its name, an identifier; ${kinds(integer)}`);
  if (boolean && (boolean.distinct === 2 || !integer))
    return of(
      { type: 'boolean', ...nullable },
      integer ? 'only 0 and 1; if it counts something, make it an integer' : 'only true and false',
    );
  if (integer && string?.leadingZeros)
    return of({ type: 'string', ...nullable }, 'digits with leading zeros, which a number would lose');
  if (integer) return of({ type: 'integer', ...wholeHeadroom(...rangeOf(integer)), ...nullable }, inRange(integer));
  if (number) return of({ type: 'number', ...headroom(...rangeOf(number)), ...nullable }, inRange(number));
  return inferText(sampled, string as Reading, rows, nullable, of);
};

const inferText = (
  { name, nulls }: SampleColumn,
  { distinct, values, dates }: Reading,
  rows: number,
  nullable: { nullable?: boolean },
  of: (column: DraftColumn['column'], why: string) => DraftColumn,
): DraftColumn => {
  const present = rows - nulls;
  if (dates)
    return of(
      { type: 'string', ...nullable, feature: false },
      'dates: as text, a model could only learn them by heart',
    );
  if (soundsLikeId(name) || (distinct > MOST_KINDS && distinct > present / 2))
    return of(
      { type: 'string', ...nullable, feature: false },
      `identifiers rather than categories: ${distinct} different ones in ${present} rows`,
    );
  const short = values?.every(({ value }) => value.length <= LONGEST_CATEGORY);
  if (values && short && distinct <= MOST_CATEGORIES && present >= ROWS_OF_A_CATEGORY * distinct)
    return of(
      { type: 'string', values: values.map((v) => v.value).sort(), ...nullable },
      `${distinct} categories; any other is refused: without values, any text is accepted`,
    );
  return of({ type: 'string', ...nullable }, `${distinct} different texts: any text is accepted`);
};

/** Type and nothing else, for a column that is the same in every row. */
const valuesOf = ({
  readings: { boolean, integer, number },
}: SampleColumn): { type: 'integer' | 'number' | 'boolean' | 'string' } => ({
  type: integer ? 'integer' : number ? 'number' : boolean ? 'boolean' : 'string',
});

export const unreadable = ({ name, fileType }: SampleColumn): DraftError =>
  new DraftError(
    `column ${name} is ${fileType?.toLowerCase() ?? 'mixed'} in the file, which no type in model.yaml can read`,
    {
      details: ['the types are integer (64 bits), number (a double), boolean and string'],
      todo: [`write ${name} as one of these (a time as text, for example), or leave it out`],
    },
  );

const rangeOf = ({ min, max }: Reading): [number, number] => [min ?? Number.NaN, max ?? Number.NaN];
const inRange = (reading: Reading): string => `${figure(reading.min)} to ${figure(reading.max)} in the sample`;
const kinds = ({ distinct }: Reading): string => `${distinct} different ones`;
export const commonest = (reading: Reading, rows: number): string => {
  const [first] = reading.values ?? [];
  return first ? `${first.value} in ${share(first.rows, rows)}` : '';
};
