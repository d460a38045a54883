import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { dataReportHtml } from '../../../shared/reports/data-report.ts';
import { driftReportHtml } from '../../../shared/reports/drift-report.ts';
import { modelCardHtml } from '../../../shared/reports/model-card.ts';
import { asXml, attribute, readPage, textOf } from '../../fixtures/html.ts';
import { dataReportWith, driftReportWith, evaluationReportWith } from '../../fixtures/report-facts.ts';

/** Each report, with a text wherever one comes from data or from people. */
const REPORTS: Readonly<Record<string, (text: string) => Promise<string>>> = {
  'data version': (text) => dataReportHtml(dataReportWith(text)),
  'model card, binary': (text) => modelCardHtml(evaluationReportWith(text, 'binary')),
  'model card, multiclass': (text) => modelCardHtml(evaluationReportWith(text, 'multiclass')),
  'model card, regression': (text) => modelCardHtml(evaluationReportWith(text, 'regression')),
  'drift check': (text) => driftReportHtml(driftReportWith(text)),
};

const HOSTILE = [
  '<script>alert(1)</script>',
  "\"><img src=x onerror=alert(1)>' onmouseover='alert(2)",
  '<%= it %> <%~ it %> ${it} {{it}}',
  '</style></title></svg></main><style>* { display: none }</style><!--',
  // An expression of Vega's.
  'datum["x"] || {"signal": "1"}',
  '😀 👩‍👩‍👧 مرحبا שלום',
  // Turns round what follows; and no characters of XML.
  'invoice\u202egnp.exe a\u0000b\u0007c\ufffed\ud800e',
  'no-space'.repeat(2000),
].join(' ');
const PRINTED = HOSTILE.replace('\u202e', '\\u202e')
  .replace('\u0000', '\\x00')
  .replace('\u0007', '\\x07')
  .replace('\ufffe', '\\ufffe')
  .replace('\ud800', '\\ud800');

const shape = (html: string) =>
  readPage(html).elements.map(({ tagName, attrs }) => [tagName, ...attrs.map((a) => a.name)].join(' '));

describe.each(Object.entries(REPORTS))('%s', (_, report) => {
  test('allows itself nothing but its one style, and asks for nothing', async () => {
    const html = await report('a text');
    const page = readPage(html);
    const [policy] = page.all('meta').filter((m) => attribute(m, 'http-equiv') === 'Content-Security-Policy');
    const [style] = page.all('style');
    const text = style?.childNodes.map((n) => ('value' in n ? n.value : '')).join('') ?? '';
    const hash = createHash('sha256').update(text).digest('base64');
    expect(policy && attribute(policy, 'content')?.split('; ')).toEqual([
      "default-src 'none'",
      `style-src 'sha256-${hash}'`,
      "base-uri 'none'",
      "form-action 'none'",
    ]);
    // A policy counts from where it stands.
    if (policy && style) expect(page.elements.indexOf(policy)).toBeLessThan(page.elements.indexOf(style));
    expect(text).not.toMatch(/url\(|@import/);
    expect(
      page.all(
        'script',
        'iframe',
        'object',
        'embed',
        'link',
        'img',
        'image',
        'base',
        'form',
        'a',
        'use',
        'foreignObject',
      ),
    ).toEqual([]);
    for (const { tagName, attrs } of page.elements)
      for (const { name, value } of attrs) {
        expect(name, tagName).not.toMatch(/^on|^style$|^src$|^href$/i);
        if (!value.startsWith('http://www.w3.org/'))
          expect(value, `${tagName} ${name}`).not.toMatch(/https?:|javascript:|url\(/i);
      }
  });

  test('can be read by those who do not see it', async () => {
    const page = readPage(await report('a text'));
    expect(page.all('html').map((e) => attribute(e, 'lang'))).toEqual(['en']);
    expect(page.all('title').map(textOf)[0]).toMatch(/^churn: (data version|model version|drift check) \d/);
    expect(page.all('main')).toHaveLength(1);
    const levels = page.all('h1', 'h2', 'h3', 'h4').map(({ tagName }) => Number(tagName[1]));
    expect(levels.filter((level) => level === 1)).toHaveLength(1);
    for (const [i, level] of levels.entries()) expect(level).toBeLessThanOrEqual((levels[i - 1] ?? 0) + 1);
    for (const th of page.all('th')) {
      expect(attribute(th, 'scope')).toMatch(/^(col|row)$/);
      expect(textOf(th)).not.toBe('');
    }
    for (const table of page.all('table')) expect(table.childNodes.map((c) => c.nodeName)).toContain('thead');
    for (const svg of page.all('svg')) {
      expect(attribute(svg, 'role')).toBe('img');
      expect(attribute(svg, 'aria-label')?.length).toBeGreaterThan(20);
    }
  });

  test('a text is a text, whatever it holds', async () => {
    const [html, harmless] = [await report(HOSTILE), await report('a text')];
    // A chart leaves out labels that have no room; all else is made of the very same elements.
    const rest = (all: readonly string[]) => all.filter((e) => !/^(g|line|path|text)\b/.test(e));
    expect(rest(shape(html))).toEqual(rest(shape(harmless)));
    const page = readPage(html);
    expect(page.all('body').map(textOf)[0]).toContain(PRINTED);
    for (const c of ['\u0000', '\u0007', '\u202e', '\ufffe']) expect(html).not.toContain(c);
    const svgs = page.all('svg');
    expect(svgs.length).toBeGreaterThan(1);
    for (const svg of svgs) expect(asXml(svg).documentElement?.tagName).toBe('svg');
  });
});
