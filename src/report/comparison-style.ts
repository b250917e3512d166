/** Style sheet of the comparison's page: light and dark, wide and narrow, on screen and on paper. */
export const COMPARISON_STYLE = `
:root {
  color-scheme: light dark;
  --page: #f4f5f7; --card: #fff; --text: #1b1f24; --soft: #59636e; --edge: #d5dae0;
  --works: #1a7f37; --risk: #8a5a00; --fails: #c62828; --unknown: #59636e;
  --fits: #2f9e57; --over: #e9b3ae; --over-edge: #c62828; --dark-stripe: #8b949e; --light-stripe: #e3e7eb;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #0f1318; --card: #181d24; --text: #e4e8ec; --soft: #9aa4af; --edge: #303842;
    --works: #4ec36f; --risk: #e0a83a; --fails: #ff7a70; --unknown: #9aa4af;
    --fits: #2c8f50; --over: #5b2b2b; --over-edge: #ff7a70; --dark-stripe: #6b7580; --light-stripe: #2a313a;
  }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 70rem; padding: 1rem; background: var(--page); color: var(--text);
  font: 0.95rem/1.45 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
h1 { font-size: 1.4rem; margin: 0 0 0.2rem; }
h2 { font-size: 1.1rem; margin: 1.8rem 0 0.6rem; }
h3 { font-size: 1rem; margin: 0; overflow-wrap: anywhere; }
p { margin: 0.3rem 0; overflow-wrap: anywhere; }
.soft { color: var(--soft); }
.verdict { margin: 1rem 0; padding: 0.8rem 1rem; background: var(--card); border: 1px solid var(--edge);
  border-left: 5px solid var(--risk); border-radius: 6px; font-size: 1.05rem; font-weight: 600; }
.verdict.use { border-left-color: var(--works); }
ul { margin: 0.3rem 0; padding-left: 1.3rem; }
li { margin: 0.2rem 0; overflow-wrap: anywhere; }
table { width: 100%; border-collapse: collapse; background: var(--card); border: 1px solid var(--edge); }
th, td { padding: 0.4rem 0.6rem; text-align: left; border-bottom: 1px solid var(--edge); vertical-align: top; }
th { font-size: 0.8rem; color: var(--soft); font-weight: 600; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
td .where { display: block; font-size: 0.8rem; color: var(--soft); overflow-wrap: anywhere; }
td.name { overflow-wrap: anywhere; font-weight: 600; }
td.name .where { font-weight: 400; }
.badge { display: inline-block; padding: 0 0.5em; border: 1px solid; border-radius: 1em; font-size: 0.8rem;
  font-weight: 600; white-space: nowrap; color: var(--unknown); }
.works { color: var(--works); } .at-risk, .unknown { color: var(--risk); }
.fails, .silent, .unmeasured { color: var(--fails); }
figure { margin: 0 0 0.9rem; padding: 0.6rem 0.8rem; background: var(--card); border: 1px solid var(--edge); border-radius: 6px; }
figcaption { display: flex; flex-wrap: wrap; gap: 0 0.8rem; margin-bottom: 0.4rem; }
figcaption span { color: var(--soft); font-size: 0.85rem; }
svg { display: block; width: 100%; overflow: visible; }
svg text { fill: var(--text); font-size: 12px; font-family: inherit; }
svg .tick { fill: var(--soft); font-size: 11px; }
svg .rule { stroke: var(--soft); stroke-width: 1; }
svg .mtu { stroke: var(--text); stroke-width: 2; stroke-dasharray: 4 3; }
svg .fits { fill: var(--fits); } svg .over { fill: var(--over); stroke: var(--over-edge); }
svg .inside { fill: #fff; font-weight: 600; }
svg .halo { paint-order: stroke; stroke: var(--card); stroke-width: 4px; stroke-linejoin: round; }
svg .stripe { stroke: var(--dark-stripe); } svg .ground { fill: var(--light-stripe); }
.legend { display: flex; flex-wrap: wrap; gap: 0.2rem 1.2rem; padding: 0; list-style: none; font-size: 0.85rem; color: var(--soft); }
.legend svg { display: inline-block; width: 1.6em; height: 0.9em; vertical-align: -0.1em; margin-right: 0.4em; }
.gateway { margin: 0 0 0.9rem; padding: 0.7rem 1rem; background: var(--card); border: 1px solid var(--edge); border-radius: 6px; }
pre { margin: 0.3rem 0; padding: 0.4rem 0.6rem; background: var(--page); border-radius: 4px; font-size: 0.85em; white-space: pre-wrap; overflow-wrap: anywhere; }
.point { padding-left: 1rem; text-indent: -0.7rem; }
footer { margin-top: 1.8rem; font-size: 0.85rem; color: var(--soft); }
@media screen and (max-width: 44rem) {
  table, tbody, tr, td { display: block; border: 0; background: none; }
  thead { display: none; }
  tr { margin-bottom: 0.8rem; padding: 0.6rem 0.8rem; background: var(--card); border: 1px solid var(--edge); border-radius: 6px; }
  td, td.number { display: flex; gap: 1rem; justify-content: space-between; padding: 0.15rem 0; text-align: right; white-space: normal; }
  td::before { content: attr(data-label); color: var(--soft); font-weight: 400; text-align: left; }
  td.name { display: block; text-align: left; font-size: 1.05rem; }
  td.name::before, td.rank, td.nothing, td.number.nothing { display: none; }
}
@media print {
  :root { --page: #fff; --card: #fff; --text: #000; --soft: #444; --edge: #bbb;
    --works: #1a7f37; --risk: #8a5a00; --fails: #c62828; --fits: #2f9e57; --over: #e9b3ae; --over-edge: #c62828;
    --dark-stripe: #8b949e; --light-stripe: #e3e7eb; }
  body { max-width: none; padding: 0; font-size: 10pt; }
  * { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
  figure, tr, li, .verdict { break-inside: avoid; }
  h2 { break-after: avoid; }
  th, td { padding: 0.25rem 0.35rem; font-size: 8.5pt; }
  figure, .gateway { padding: 0.4rem 0.6rem; margin-bottom: 0.5rem; }
  pre { border: 1px solid var(--edge); }
}
@page { margin: 15mm; }
`;
