import { Error as ERRORS, parse, View } from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';
import { printable } from '../domain/printable.ts';
import { escapeText } from './template.ts';

/** Narrow enough for a telephone without being scaled. */
export const CHART_WIDTH = 320;

const TEXT = { labelColor: 'currentColor', titleColor: 'currentColor', labelFontSize: 11, titleFontSize: 11 };

const CONFIG: TopLevelSpec['config'] = {
  font: 'system-ui, sans-serif',
  // A reader is told once what a chart shows, not each of its bars.
  aria: false,
  view: { stroke: null },
  axis: {
    ...TEXT,
    ...{ titleFontWeight: 'normal', labelLimit: 110, labelOverlap: true },
    ...{ domainColor: 'var(--line)', tickColor: 'var(--line)', gridColor: 'var(--grid)' },
  },
  bar: { color: 'var(--bar)' },
  line: { color: 'var(--bar)', strokeWidth: 2 },
  area: { color: 'var(--bar)' },
  point: { color: 'var(--bar)', filled: true, opacity: 1 },
  rule: { color: 'var(--line)' },
  text: { color: 'currentColor', fontSize: 11 },
};

/**
 * Draws a chart as SVG: presentation attributes only, no style and no script, colours by the page's variables. Fields of a spec have
 * names of ours, and data is only ever data: nothing of it becomes an expression.
 * @param label what the chart shows, for those who do not see it
 */
export const chart = async (spec: object, label: string): Promise<string> => {
  const full = { background: null, config: CONFIG, autosize: { type: 'fit', contains: 'padding' }, ...spec };
  const view = new View(parse(compile(printableTexts(full) as TopLevelSpec).spec), {
    renderer: 'none',
    logLevel: ERRORS,
  });
  try {
    const svg = await view.toSVG();
    return svg.replace(/^<svg /, `<svg role="img" aria-label="${escapeText(label)}" `);
  } finally {
    view.finalize();
  }
};

/** XML cannot hold every character that a value can. */
const printableTexts = (value: unknown): unknown => {
  if (typeof value === 'string') return printable(value);
  if (Array.isArray(value)) return value.map(printableTexts);
  if (value !== null && typeof value === 'object')
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, printableTexts(inner)]));
  return value;
};
