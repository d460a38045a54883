import { Eta } from 'eta';
import { printable } from '../domain/printable.ts';

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** What comes from data is text in every place of a page: in elements and in attributes. */
export const escapeText = (value: unknown): string =>
  printable(String(value)).replace(/[&<>"']/g, (c) => ESCAPES[c] ?? c);

const eta = new Eta({ autoEscape: true, autoTrim: false, escapeFunction: escapeText });

/** Compiles a template once; every `<%= %>` in it is escaped, `<%~ %>` is for what was made here: charts and parts of pages. */
export const template = <T extends object>(text: string): ((data: T) => string) => {
  const compiled = eta.compile(text);
  return (data) => eta.render(compiled, data);
};
