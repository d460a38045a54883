import type { ColumnDrift, TestResult } from '../domain/drift/column-drift.ts';
import type { DriftReport } from '../domain/drift/drift-report.ts';
import { pairsChart } from './charts.ts';
import { chance, count, figure, percent, plural, signed, time } from './figures.ts';
import { page } from './page.ts';
import { template } from './template.ts';

/** The report of a drift check: verdict, every test of every column with what it took to page, and pictures of those that moved most. */
export const driftReportHtml = async (report: DriftReport): Promise<string> => {
  const words = new Map(report.columns.map((c) => [c.column, c]));
  const charts = await Promise.all(
    report.charts.map(async ({ column, bars }) => {
      const found = words.get(column);
      const label = `${column}, before and now: ${bars.map((b) => `${b.label} ${percent(b.before)} and ${percent(b.now)}`).join('; ')}`;
      return {
        column,
        svg: bars.length > 0 ? await pairsChart(bars, label) : '',
        words: found?.words ?? '',
        state: found && state(found),
      };
    }),
  );
  return page({
    title: `${report.model}: drift check ${report.check}`,
    body: BODY({
      report,
      charts,
      rows: report.columns.flatMap(rowsOf),
      text: { chance, count, figure, plural, time, state },
    }),
  });
};

type State = 'drift' | 'moved' | 'not notable';
const state = ({ page: pages, notable }: Pick<ColumnDrift, 'page' | 'notable'>): State =>
  pages ? 'drift' : notable ? 'moved' : 'not notable';

const WORDS: Readonly<Record<TestResult['test'], string>> = {
  ks: 'level and spread (Kolmogorov-Smirnov)',
  shape: 'shape (chi-square)',
  categories: 'shares of values (chi-square)',
  'new-values': 'values never seen before',
  missing: 'missing values',
};

const rowsOf = (column: ColumnDrift) =>
  column.tests.map((test, i) => ({
    column: i === 0 ? column.column : '',
    name: column.column,
    what: WORDS[test.test],
    p: chance(test.pCorrected),
    effect: effect(test),
    floor: effect(test, test.effect.floor),
    state: state(test),
  }));

const effect = ({ effect: { measure, value } }: TestResult, of = value): string =>
  measure === 'psi' ? `PSI ${figure(of)}` : measure === 'sigmas' ? `${signed(of).replace('+', '')} σ` : percent(of);

const BODY = template<{
  report: DriftReport;
  charts: readonly { column: string; svg: string; words: string; state: State | undefined }[];
  rows: ReturnType<typeof rowsOf>;
  text: object;
}>(`<h1><bdi><%= it.report.model %></bdi>: <% if (it.report.verdict === 'drift') { %><span class="bad">drift</span><% } else { %><span
class="good">no drift</span><% } %></h1>
<p class="verdict"><%= it.report.reason %>.</p>
<dl>
<dt>Check</dt><dd><%= it.report.check %>, <%= it.text.time(it.report.at) %></dd>
<dt>Now</dt><dd><%= it.text.plural(it.report.window.rows, 'row') %> captured of release <%= it.report.release %> (model version
<%= it.report.modelVersion %>)<% if (it.report.window.firstCall) { %>, called from <%= it.text.time(it.report.window.firstCall) %> to
<%= it.text.time(it.report.window.lastCall) %><% } %></dd>
<dt>Before</dt><dd><%= it.text.plural(it.report.baseline.rows, 'row') %> of data version <%= it.report.baseline.dataVersion %>, which the model
was made from and tested on, and what it predicted for its test rows</dd>
<dt>A page takes</dt><dd>a p of at most <%= it.text.chance(it.report.alpha) %>, corrected over all tests of this check, <strong>and</strong> an
effect of at least the test’s floor</dd>
</dl>
<% if (it.report.unreadable.lines > 0) { %><p class="warn">Not counted, since they could not be read:
<%= it.text.plural(it.report.unreadable.lines, 'captured call or row', 'captured calls or rows') %>
(<bdi><%= it.report.unreadable.reasons.join('; ') %></bdi>).</p><% } %>
<h2>Columns</h2>
<table>
<thead><tr><th scope="col">Column</th><th scope="col">Found</th><th scope="col" class="number">PSI</th><th scope="col">In words</th></tr></thead>
<tbody>
<% for (const c of it.report.columns) { const s = it.text.state(c); %><tr><th scope="row"><bdi><%= c.column %></bdi></th>
<td data-label="Found" class="<%= s === 'drift' ? 'bad' : s === 'moved' ? 'warn' : '' %>"><%= s %></td>
<td data-label="PSI" class="number"><%= it.text.figure(c.psi) %></td><td><bdi><%= c.words %></bdi></td></tr>
<% } %></tbody>
</table>
<p class="muted"><em>drift</em>: pages. <em>moved</em>: unlikely to be chance and above its floor, but not clearly enough to page. What
chance alone gives is subtracted from PSI.</p>
<h2>Before <span class="key before"></span> and now <span class="key now"></span></h2>
<% if (it.charts.length < it.report.columns.length) { %><p class="muted">The <%= it.charts.length %> columns that moved most, of
<%= it.report.columns.length %>.</p><% } %>
<p class="muted">The bars of a number held about as many rows each before; those of a text are its most frequent values.</p>
<div class="charts">
<% for (const c of it.charts) { %><figure><h3><bdi><%= c.column %></bdi>: <%= c.state %></h3><%~ c.svg %>
<figcaption><bdi><%= c.words %></bdi></figcaption></figure>
<% } %></div>
<h2>Every test</h2>
<table>
<thead><tr><th scope="col">Column</th><th scope="col">Compared</th><th scope="col" class="number">Effect</th><th scope="col" class="number">Its floor</th>
<th scope="col" class="number">p, corrected</th><th scope="col">Found</th></tr></thead>
<tbody>
<% for (const r of it.rows) { %><tr><th scope="row"><bdi><%= r.name %></bdi></th><td><%= r.what %></td>
<td data-label="Effect" class="number"><%= r.effect %></td><td data-label="Floor" class="number"><%= r.floor %></td>
<td data-label="p" class="number"><%= r.p %></td>
<td data-label="Found" class="<%= r.state === 'drift' ? 'bad' : r.state === 'moved' ? 'warn' : '' %>"><%= r.state %></td></tr>
<% } %></tbody>
</table>`);
