/** Pieces of SQL text. DuckDB takes no parameters for names, paths and options, so what goes there is quoted here. */

/** A name of a column or table. */
export const ident = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** A string literal. */
export const text = (value: string): string => `'${value.replaceAll("'", "''")}'`;

/** A list literal of strings. */
export const texts = (values: readonly string[]): string => `[${values.map(text).join(', ')}]`;

/** A double, exactly as JavaScript holds it. */
export const double = (value: number): string => `CAST('${value}' AS DOUBLE)`;
