import { createHash } from 'node:crypto';

/** Colours are variables, so that charts follow them too: light, dark, and light again on paper. */
export const STYLE = `
:root { color-scheme: light dark; --paper: #fff; --text: #1c2127; --muted: #57606a; --line: #6e7781; --grid: #dfe3e8; --soft: #f3f5f7;
  --bar: #2563b0; --before: #6f7d8b; --now: #c4400b; --good: #146c37; --bad: #b00020; --warn: #7a5a00 }
@media screen and (prefers-color-scheme: dark) { :root { --paper: #14171a; --text: #e6e8ea; --muted: #a8b1bb; --line: #7d8793;
  --grid: #2c333a; --soft: #1d2227; --bar: #6cb0ff; --before: #8793a0; --now: #ff8a57; --good: #5fcf8a; --bad: #ff8792; --warn: #e3b341 } }
* { box-sizing: border-box }
body { margin: 0 auto; max-width: 66rem; padding: 1.5rem 1rem 3rem; background: var(--paper); color: var(--text);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; overflow-wrap: break-word }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .5rem } h2 { font-size: 1.2rem; margin: 2rem 0 .5rem } h3 { font-size: 1rem; margin: 1.25rem 0 .25rem }
figure h3 { margin-top: 0 } dd, p, li, td bdi, code { overflow-wrap: anywhere } tbody th { min-width: 9.5rem }
p { margin: .25rem 0 .5rem; max-width: 50rem } ul { margin: .25rem 0; padding-left: 1.25rem } li { max-width: 50rem }
.muted { color: var(--muted) } .good { color: var(--good) } .bad { color: var(--bad) } .warn { color: var(--warn) }
.verdict { font-weight: 600 } code { font-size: .875em } td code { display: inline-block; max-width: 17rem } td[data-label="Found"] { white-space: nowrap }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; margin: .25rem 0 } dt { color: var(--muted) } dd { margin: 0 }
table { border-collapse: collapse; margin: .25rem 0 .75rem; width: 100% } caption { text-align: left; color: var(--muted) }
th, td { text-align: left; vertical-align: top; padding: .3rem .6rem .3rem 0; border-bottom: 1px solid var(--grid) } thead th { border-color: var(--line) }
th { font-weight: 600 } .number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; padding-right: 1.2rem }
.charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 20rem), 1fr)); gap: 1rem }
figure, .card { margin: 0; padding: .75rem; background: var(--soft); border-radius: .4rem; break-inside: avoid; min-width: 0 }
figcaption { font-size: .875rem; color: var(--muted) } svg { display: block; max-width: 100%; height: auto; margin: .25rem 0; color: var(--text) }
.scroll { overflow-x: auto } .matrix tbody th { min-width: 7rem } .matrix bdi { overflow-wrap: anywhere } .matrix thead th { white-space: normal; vertical-align: bottom } .matrix caption { max-width: 85vw }
.key { display: inline-block; width: .8em; height: .8em } .key.before { background: var(--before) } .key.now { background: var(--now) }
@media (max-width: 40rem) { body { padding: 1rem .75rem 2rem } main > dl { grid-template-columns: 1fr } main > dl > dd { margin-bottom: .4rem }
  table, caption, tbody, tr, td, tbody th { display: block; min-width: 0; overflow-wrap: anywhere } thead { position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden }
  tr { border-bottom: 1px solid var(--grid); padding: .4rem 0 } td, tbody th { border: 0; padding: .05rem 0 } .number { text-align: left }
  td[data-label]::before { content: attr(data-label) ": "; color: var(--muted) } td:empty { display: none } td code { display: inline }
  table.matrix { display: table } .matrix caption { display: table-caption; overflow-wrap: break-word } .matrix thead { position: static; clip-path: none; display: table-header-group; width: auto; height: auto }
  .matrix tbody { display: table-row-group } .matrix tr { display: table-row } .matrix td, .matrix th { display: table-cell; padding: .3rem .4rem .3rem 0 } }
@media print { @page { size: A4; margin: 15mm } .scroll { overflow: visible } .matrix { font-size: .65rem } .matrix .number { padding-right: .4rem } body { max-width: none; padding: 0; font-size: .8rem } h2 { break-after: avoid }
  tr, figure, .card { break-inside: avoid } figure, .card { background: none; border: 1px solid var(--grid) }
  .charts { grid-template-columns: 1fr 1fr } }
`;

/** The one style of a report is allowed by its hash: no attribute, no data and no other element can bring another. */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');
