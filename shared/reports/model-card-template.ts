import type { EvaluationReport } from '../domain/build/evaluation-report.ts';
import type { Metric } from '../domain/build/metrics.ts';
import type { Matrix, Picture } from './diagnosis-charts.ts';
import { template } from './template.ts';
import type { gatesInWords } from './verdict-words.ts';

/** What the template of a model card shows besides the report itself. */
export interface ModelCard {
  readonly report: EvaluationReport;
  readonly verdict: string;
  readonly promoted: boolean;
  readonly gates: ReturnType<typeof gatesInWords>;
  readonly interval: string;
  readonly scores: readonly {
    readonly metric: string;
    readonly primary: boolean;
    readonly own: string;
    readonly champion: string;
  }[];
  readonly metrics: readonly Metric[];
  readonly pictures: readonly Picture[];
  readonly matrix: Matrix | undefined;
  readonly predicts: string;
  readonly limits: readonly string[];
  readonly text: object;
}

export const MODEL_CARD =
  template<ModelCard>(`<% const r = it.report; const v = r.verdict; const { count, figure, percent, plural, signed, time } = it.text; %>
<h1><bdi><%= r.model %></bdi>, model version <%= r.modelVersion.version %></h1>
<p class="verdict <%= it.promoted ? 'good' : 'warn' %>">Verdict of run <%= r.run %>: <%= it.verdict %>.</p>
<h2>What it is for</h2>
<dl>
<dt>Predicts</dt><dd><bdi><%= r.target %></bdi>: <%= it.predicts %></dd>
<dt>Intended use</dt><dd><bdi><%= r.description || 'not described' %></bdi></dd>
<dt>Owner</dt><dd><bdi><%= r.owner ?? 'not named' %></bdi></dd>
<dt>Evaluated</dt><dd><%= time(r.endedAt) %></dd>
</dl>
<h2>How good it is</h2>
<table>
<caption>On <%= plural(v.testRows, 'test row') %> that no candidate has seen</caption>
<thead><tr><th scope="col">Metric</th><th scope="col">This version</th><th scope="col">Champion on the same rows</th></tr></thead>
<tbody>
<% for (const s of it.scores) { %><tr><th scope="row"><%= s.metric %><% if (s.primary) { %> (primary)<% } %></th>
<td data-label="This version"><%= s.own %></td><td data-label="Champion"><%= s.champion %></td></tr>
<% } %></tbody>
</table>
<% if (v.champion) { %><p class="muted">The champion was model version <%= v.champion.modelVersion %>, live as release <%= v.champion.release %>.</p><% } %>
<ul>
<% for (const reason of v.reasons) { %><li><bdi><%= reason %></bdi></li>
<% } %></ul>
<% if (v.comparison) { const c = v.comparison; %><div class="charts"><figure><h3>Against the champion, by <%= v.metric %></h3><%~ it.interval %>
<figcaption><%= signed(c.difference) %>, <%= c.level * 100 %>% interval <%= signed(c.low) %> to <%= signed(c.high) %>: paired bootstrap of
<% if (c.groups) { %><%= plural(c.groups.count, 'group') %> of test rows by <bdi><%= c.groups.by %></bdi><% } else { %>the test rows<% } %>,
<%= plural(c.resamples, 'resample') %>, seed <%= c.seed %>. Dashed: 0<% if (c.margin !== 0) { %>, and the margin of <%= figure(c.margin) %><% } %>.</figcaption></figure></div><% } %>
<h3>Gates</h3>
<% if (it.gates.length === 0) { %><p>None are defined.</p><% } else { %><ul>
<% for (const g of it.gates) { %><li><span class="<%= g.passed ? 'good' : 'bad' %>"><%= g.passed ? 'passed' : 'failed' %></span>: <%= g.words %></li>
<% } %></ul><% } %>
<h2>Where it is wrong</h2>
<% if (it.matrix) { %><div class="scroll" role="region" aria-label="Confusion matrix" tabindex="0"><table class="matrix">
<caption>Test rows: on each line those of one class, by the class they are predicted to be<% if (r.task === 'binary') { %>, at a threshold of
0.5<% } %></caption>
<thead><tr><th scope="col"><bdi><%= r.target %></bdi> is</th><% for (const c of it.matrix.heads) { %><th scope="col" class="number">pred.
<bdi><%= c %></bdi></th><% } %><th scope="col" class="number">correct</th></tr></thead>
<tbody>
<% for (const row of it.matrix.rows) { %><tr><th scope="row"><bdi><%= row.name %></bdi></th><% for (const cell of row.cells) { %><td
class="number"><%= cell %></td><% } %><td class="number"><%= row.right %></td></tr>
<% } %></tbody>
</table></div><% } %>
<div class="charts">
<% for (const p of it.pictures) { %><figure><h3><%= p.heading %></h3><%~ p.svg %><figcaption><%= p.note %></figcaption></figure>
<% } %></div>
<h2>What it is made from</h2>
<dl>
<dt>Data</dt><dd>version <%= r.data.version %>: <%= plural(r.data.rows, 'row') %> in <%= plural(r.data.parts, 'part') %>, of
<%= time(r.data.createdAt) %>; manifest <code><%= r.data.manifestHash %></code></dd>
<dt>Split</dt><dd><%= count(r.data.split.train) %> rows to train on, <%= count(r.data.split.validation) %> to validate,
<%= count(r.data.split.test) %> to test</dd>
<dt>Code</dt><dd>version <%= r.code.version %>, of <%= time(r.code.createdAt) %>; tree <code><%= r.code.treeHash %></code>:
<bdi><%= r.code.files.slice(0, 20).join(', ') %></bdi><% if (r.code.files.length > 20) { %> and <%= r.code.files.length - 20 %> more<% } %></dd>
<dt>Container</dt><dd><code><%= r.modelVersion.image %></code></dd>
<dt>Artefact</dt><dd><code>s3://<%= r.modelVersion.artifact.bucket %>/<%= r.modelVersion.artifact.key %></code>, SHA-256
<code><%= r.modelVersion.artifact.sha256 %></code></dd>
</dl>
<h3>Candidates</h3>
<table>
<caption>Scores on the <%= plural(r.data.split.validation, 'validation row') %>; the best by <%= v.metric %> became this version</caption>
<thead><tr><th scope="col">Candidate</th><th scope="col">Validation scores</th><th scope="col">Hyperparameters</th>
<th scope="col">Training job</th></tr></thead>
<tbody>
<% for (const c of r.candidates) { %><tr><th scope="row"><%= c.candidate %><% if (c.candidate === r.modelVersion.candidate) { %> (this
version)<% } %></th><td data-label="Validation"><% for (const [metric, score] of Object.entries(c.validation)) { %><%= metric %> <%= figure(score) %><br><% } %></td>
<td data-label="Hyperparameters"><% for (const [name, value] of Object.entries(c.hyperparameters)) { %><bdi><%= name %>: <%= value %></bdi><br><% } %></td>
<td data-label="Training job"><code><%= c.trainingJob %></code></td></tr>
<% } %></tbody>
</table>
<h3>Columns</h3>
<table>
<caption>What the model is given, and what it is not</caption>
<thead><tr><th scope="col">Column</th><th scope="col">Role</th><th scope="col">Type</th><th scope="col">Allowed in its data</th></tr></thead>
<tbody>
<% for (const c of r.columns) { %><tr><th scope="row"><bdi><%= c.name %></bdi></th><td data-label="Role"><%= c.role %></td><td
data-label="Type"><%= c.type %><% if (c.nullable) { %>, may be missing<% } %></td><td data-label="Allowed"><bdi><%= c.allowed || 'any' %></bdi></td></tr>
<% } %></tbody>
</table>
<h2>Limits</h2>
<ul>
<% for (const limit of it.limits) { %><li><bdi><%= limit %></bdi></li>
<% } %></ul>`);
