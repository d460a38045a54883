/** Lines that a POSIX shell can `eval`. Any value survives: nothing in single quotes is special but the single quote itself. */
export function shellExports(set: Readonly<Record<string, string>>, unset: readonly string[]): string {
  return [
    ...(unset.length > 0 ? [`unset ${unset.join(' ')}`] : []),
    ...Object.entries(set).map(([name, value]) => `export ${name}=${quote(value)}`),
  ].join('\n');
}

export const quote = (value: string) => `'${value.replaceAll("'", `'\\''`)}'`;
