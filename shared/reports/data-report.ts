import type { DataReport } from '../domain/data/data-report.ts';
import type { ColumnDescription } from '../domain/data/description.ts';
import { histogramChart, outside, valuesChart } from './charts.ts';
import { bytes, count, figure, percent, plural, time } from './figures.ts';
import { page } from './page.ts';
import { template } from './template.ts';

/** A page with more pictures than this is looked at by nobody, and takes too long to draw. */
const MOST_DRAWN = 200;

/** The report of a data version: where it is from, what became of uploads, and what its columns look like. */
export const dataReportHtml = async (report: DataReport): Promise<string> => {
  const described = Object.entries(report.described?.columns ?? {});
  const rows = report.described?.rows ?? 0;
  const cards = await Promise.all(
    described.slice(0, MOST_DRAWN).map(async ([name, column]) => ({
      name,
      ...(await drawn(name, column, rows)),
      facts: factsOf(column, rows),
    })),
  );
  const { model, dataVersion } = report;
  return page({
    title: `${model}: data version ${dataVersion.version}`,
    body: BODY({
      report,
      cards,
      nulls: new Map(described.map(([n, c]) => [n, c.nulls])),
      text: { bytes, count, percent, plural, time },
    }),
  });
};

type Fact = readonly [name: string, value: string];
interface Drawn {
  readonly svg: string;
  readonly note: string;
}

const drawn = async (name: string, column: ColumnDescription, rows: number): Promise<Drawn> => {
  if (column.kind === 'numeric') {
    const label = `Histogram of ${name}: from ${figure(column.min)} to ${figure(column.max)}, median ${figure(column.median)}`;
    return { svg: (await histogramChart(column.histogram, label)) ?? '', note: outside(column.histogram) };
  }
  const values = column.top
    .slice(0, 3)
    .map(({ value, rows: n }) => `${value} in ${percent(n / (rows - column.nulls))}`);
  const label = `Most frequent values of ${name}: ${values.join(', ')}`;
  const rest = column.distinct - column.top.length;
  return {
    svg: column.top.length > 0 ? await valuesChart(column.top, rows - column.nulls, label) : '',
    note: rest > 0 ? `Not drawn: ${plural(rest, 'other value')} in ${plural(column.other, 'row')}.` : '',
  };
};

const factsOf = (column: ColumnDescription, rows: number): readonly Fact[] => [
  ...(column.kind === 'numeric'
    ? ([
        ['range', `${figure(column.min)} to ${figure(column.max)}`],
        ['median', figure(column.median)],
        ['mean', `${figure(column.mean)} (standard deviation ${figure(column.stddev)})`],
      ] as const)
    : ([['different values', count(column.distinct)]] as const)),
  ...(column.nulls > 0 ? ([['missing', `${count(column.nulls)} (${percent(column.nulls / rows)})`]] as const) : []),
];

const BODY = template<{
  report: DataReport;
  cards: readonly (Drawn & { name: string; facts: readonly Fact[] })[];
  nulls: ReadonlyMap<string, number>;
  text: object;
}>(`<% const { dataVersion: v, split, uploads } = it.report; const { bytes, count, percent, plural, time } = it.text; %>
<h1><bdi><%= it.report.model %></bdi>, data version <%= v.version %></h1>
<p><bdi><%= it.report.description %></bdi></p>
<dl>
<dt>Rows</dt><dd><%= count(v.rows) %>, in <%= plural(v.parts, 'part') %></dd>
<dt>Split</dt><dd><%= count(split.train) %> to train on, <%= count(split.validation) %> to validate, <%= count(split.test) %> to test</dd>
<dt>Columns</dt><dd><%= it.report.columns.length %></dd>
<dt>Created</dt><dd><%= time(v.createdAt) %></dd>
<% if (it.report.owner) { %><dt>Owner</dt><dd><bdi><%= it.report.owner %></bdi></dd><% } %>
</dl>
<h2>Where it comes from</h2>
<dl>
<dt>Made by</dt><dd><% if (v.restoredFrom !== undefined) { %>a rollback, which brought the content of data version <%= v.restoredFrom %>
back<% } else { %><code>s3://<%= v.source.bucket %>/<%= v.source.key %></code>, version <code><%= v.source.versionId %></code><% } %></dd>
<dt>Manifest</dt><dd><code><%= v.manifestHash %></code></dd>
<dt>Contract</dt><dd>of code version <%= v.codeVersion %>, <code><%= v.contractHash %></code></dd>
</dl>
<table>
<caption><% if (it.report.parts.length < v.parts) { %>The newest <%= it.report.parts.length %> of <%= count(v.parts) %> parts<% } else { %>Its
parts<% } %>, newest upload first</caption>
<thead><tr><th scope="col">Uploaded as</th><th scope="col" class="number">Rows</th><th scope="col" class="number">Size</th><th scope="col">Uploaded</th>
<th scope="col">SHA-256</th></tr></thead>
<tbody>
<% for (const p of it.report.parts) { %><tr><th scope="row"><bdi><%= p.source.key %></bdi></th><td data-label="Rows" class="number"><%= count(p.rows) %></td>
<td data-label="Size" class="number"><%= bytes(p.bytes) %></td><td data-label="Uploaded"><%= time(p.uploadedAt) %></td>
<td data-label="SHA-256"><code><%= p.sha256 %></code></td></tr>
<% } %></tbody>
</table>
<h2>What became of uploads</h2>
<p>Until this version was made: <%= count(uploads.accepted) %> accepted, <%= plural(uploads.duplicate, 'duplicate') %>,
<%= count(uploads.superseded) %> superseded by a newer snapshot, <%= count(uploads.rejected) %> rejected, <%= count(uploads.failed) %> failed.</p>
<% if (it.report.rejections.length > 0) { %><table>
<caption>The latest rejections; nothing of them is in the data</caption>
<thead><tr><th scope="col">Uploaded as</th><th scope="col">Rejected</th><th scope="col" class="number">Problems</th><th scope="col">The first one</th></tr></thead>
<tbody>
<% for (const r of it.report.rejections) { %><tr><th scope="row"><bdi><%= r.key %></bdi></th><td data-label="Rejected"><%= time(r.at) %></td>
<td data-label="Problems" class="number"><%= count(r.problems) %></td><td><bdi><%= r.first %></bdi></td></tr>
<% } %></tbody>
</table><% } %>
<h2>What the columns must hold</h2>
<table>
<thead><tr><th scope="col">Column</th><th scope="col">Role</th><th scope="col">Type</th><th scope="col">Allowed</th>
<th scope="col">Missing</th></tr></thead>
<tbody>
<% for (const c of it.report.columns) { const n = it.nulls.get(c.name); %><tr><th scope="row"><bdi><%= c.name %></bdi></th>
<td data-label="Role"><%= c.role %></td><td data-label="Type"><%= c.type %></td><td data-label="Allowed"><bdi><%= c.allowed || 'any' %></bdi></td>
<td data-label="Missing"><% if (!c.nullable) { %>never<% } else if (n === undefined) { %>allowed<% } else { %><%= count(n) %>
(<%= percent(n / it.report.described.rows) %>)<% } %></td></tr>
<% } %></tbody>
</table>
<h2>What they look like</h2>
<% if (it.report.otherContract > 0) { %><p class="warn">Not in these figures, nor in the split:
<%= plural(it.report.otherContract, 'part') %> accepted under another contract.</p><% } %>
<% if (it.report.described) { %><p class="muted"><%= plural(it.report.described.rows, 'row') %>. Shares are of the rows that have a value.<% if
(it.cards.length < it.nulls.size) { %> The first <%= it.cards.length %> of <%= count(it.nulls.size) %> columns; the JSON beside this page has all
of them.<% } %></p><% } %>
<div class="charts">
<% for (const c of it.cards) { %><figure><h3><bdi><%= c.name %></bdi></h3><%~ c.svg %>
<figcaption><% if (c.note) { %><p><%= c.note %></p><% } %>
<dl><% for (const [name, value] of c.facts) { %><dt><%= name %></dt><dd><%= value %></dd><% } %></dl></figcaption></figure>
<% } %></div>`);
