import { Eta } from 'eta';
import { type Baseline, baselineColumns } from './baseline.ts';
import type { ColumnFinding, DriftReport } from './finding.ts';
import { type BarPair, histogramPair } from './histogram-pair.ts';
import type { Window } from './window.ts';

/** Everything that comes from data is escaped; there is no script. */
const eta = new Eta({ autoEscape: true });

const CHARTS = 12;
const [BAR, HEIGHT] = [30, 90];

/** The report of a check for people: verdict, figures of each column, and pictures of those that moved most. */
export const driftReportHtml = (report: DriftReport, baseline: Baseline, window: Window): string => {
  const profiles = new Map(baselineColumns(baseline));
  const charts = report.columns.slice(0, CHARTS).flatMap((column) => {
    const [profile, seen] = [profiles.get(column.column), window.columns[column.column]];
    return profile && seen ? [{ column, ...chart(histogramPair(profile, seen)) }] : [];
  });
  return eta.renderString(TEMPLATE, { report, charts, baseline, text: { state, number } });
};

const chart = (pairs: readonly BarPair[]) => {
  const most = Math.max(1e-9, ...pairs.flatMap((p) => [p.before, p.now]));
  const bar = (share: number) => ({ height: (share / most) * HEIGHT, y: HEIGHT - (share / most) * HEIGHT });
  const bars = pairs.map((p, i) => ({
    label: `${p.label}: ${percent(p.before)} before, ${percent(p.now)} now`,
    x: i * BAR,
    before: bar(p.before),
    now: bar(p.now),
  }));
  return { bars, width: Math.max(1, pairs.length) * BAR, height: HEIGHT };
};

const percent = (share: number) => `${(share * 100).toFixed(1)}%`;
const number = (x: number) => Number(x.toPrecision(3)).toString();
const state = ({ page, notable }: ColumnFinding) => (page ? 'drift' : notable ? 'moved' : '');

const TEMPLATE = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Drift of <%= it.report.model %>, check <%= it.report.check %></title>
<style>
body { font: 15px/1.5 system-ui, sans-serif; max-width: 60em; margin: 2em auto; padding: 0 1em; color: #222 }
table { border-collapse: collapse; width: 100% } td, th { text-align: left; padding: .3em .6em; border-bottom: 1px solid #ddd }
td.number { text-align: right } .drift { color: #b00020; font-weight: 600 } .moved { color: #8a6d00 } .ok { color: #1b6e3c }
figure { display: inline-block; margin: 1em 1.5em 1em 0 } .before { fill: #9aa5b1 } .now { fill: #d9480f } svg { background: #fafafa }
</style></head><body>
<h1><%= it.report.model %>: <span class="<%= it.report.verdict %>"><%= it.report.verdict %></span></h1>
<p><%= it.report.reason %>. Check <%= it.report.check %>, <%= it.report.at %>: <%= it.report.window.rows %> rows captured of release
<%= it.report.release %> (model version <%= it.report.modelVersion %>)<% if (it.report.window.firstCall) { %>, called from
<%= it.report.window.firstCall %> to <%= it.report.window.lastCall %><% } %>, compared with <%= it.baseline.rows %> rows of data version
<%= it.baseline.dataVersion %>. A page took a corrected p of at most <%= it.report.alpha.toExponential(1) %> and a change above its floor.</p>
<% if (it.report.unreadable.lines > 0) { %><p class="drift">Not counted, since they could not be read: <%= it.report.unreadable.lines %>
(<%= it.report.unreadable.reasons.join('; ') %>).</p><% } %>
<table><thead><tr><th>Column</th><th></th><th>PSI</th><th>p, corrected</th><th>In words</th></tr></thead><tbody>
<% for (const c of it.report.columns) { %><tr><td><%= c.column %></td><td class="<%= it.text.state(c) %>"><%= it.text.state(c) %></td>
<td class="number"><%= it.text.number(c.psi) %></td><td class="number"><%= it.text.number(c.p) %></td><td><%= c.words %></td></tr>
<% } %></tbody></table>
<h2>Before <svg width="12" height="12"><rect class="before" width="12" height="12"/></svg> and now
<svg width="12" height="12"><rect class="now" width="12" height="12"/></svg></h2>
<% for (const { column, bars, width, height } of it.charts) { %><figure>
<svg width="<%= width %>" height="<%= height %>" role="img" aria-label="<%= column.words %>">
<% for (const b of bars) { %><g><title><%= b.label %></title>
<rect class="before" x="<%= b.x + 2 %>" y="<%= b.before.y %>" width="12" height="<%= b.before.height %>"/>
<rect class="now" x="<%= b.x + 15 %>" y="<%= b.now.y %>" width="12" height="<%= b.now.height %>"/></g>
<% } %></svg><figcaption><%= column.column %></figcaption></figure>
<% } %></body></html>
`;
