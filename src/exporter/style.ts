/** Style sheet of the status page. Its hash is in the page's Content-Security-Policy, so nothing is added to it. */
export const STYLE = `
:root {
  --page: #f4f5f7; --card: #fff; --text: #1b1f24; --soft: #59636e; --edge: #d5dae0; --link: #0b5cad;
  --ok: #1a7f37; --warning: #9a6700; --critical: #c62828; --unknown: #59636e;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #0f1318; --card: #181d24; --text: #e4e8ec; --soft: #9aa4af; --edge: #303842; --link: #6cb0ff;
    --ok: #4ec36f; --warning: #e0a83a; --critical: #ff7a70; --unknown: #9aa4af;
  }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 90rem; padding: 1rem; background: var(--page); color: var(--text);
  font: 0.95rem/1.45 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
header { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0.2rem 1rem; margin-bottom: 1rem; }
h1 { font-size: 1.4rem; margin: 0; }
h2 { font-size: 1.1rem; margin: 1.5rem 0 0.75rem; }
h3 { font-size: 1.05rem; margin: 0; overflow-wrap: anywhere; }
p { margin: 0.25rem 0; }
a { color: var(--link); }
code { font-size: 0.9em; overflow-wrap: anywhere; }
header p, footer, .where, .when { color: var(--soft); }
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 23rem), 1fr)); gap: 1rem;
  align-items: start; }
article { display: flex; flex-direction: column; background: var(--card); border: 1px solid var(--edge);
  border-left: 4px solid var(--unknown); border-radius: 6px; padding: 0.8rem 1rem; min-width: 0; }
article.OK { border-left-color: var(--ok); }
article.WARNING { border-left-color: var(--warning); }
article.CRITICAL { border-left-color: var(--critical); }
article.none { border-left-color: var(--edge); }
.badge { display: inline-block; padding: 0 0.5em; border: 1px solid; border-radius: 1em; font-size: 0.8rem;
  font-weight: 600; color: var(--unknown); white-space: nowrap; }
.badge.OK { color: var(--ok); }
.badge.WARNING { color: var(--warning); }
.badge.CRITICAL { color: var(--critical); }
.label { display: inline-block; padding: 0 0.45em; border-radius: 3px; background: var(--page); color: var(--soft);
  font-size: 0.8rem; font-weight: 400; overflow-wrap: anywhere; }
.where, .when, .note { overflow-wrap: anywhere; font-size: 0.85rem; }
.mtu strong { font-size: 1.7rem; font-variant-numeric: tabular-nums; }
dl { display: grid; grid-template-columns: 1fr 1fr; gap: 0.25rem 1rem; margin: 0.4rem 0; font-size: 0.85rem; }
dl div { min-width: 0; }
dt { color: var(--soft); }
dd { margin: 0; overflow-wrap: anywhere; }
.note { border-top: 1px solid var(--edge); padding-top: 0.4rem; margin-top: 0.4rem; }
figure { margin: 0.5rem 0 0; }
.plot { display: flex; gap: 0.5rem; height: 5rem; }
.scale { display: flex; flex-direction: column; justify-content: space-around; width: 3rem; flex: none;
  text-align: right; font-size: 0.75rem; color: var(--soft); font-variant-numeric: tabular-nums; }
.scale span + span { margin-top: auto; }
.scale:has(span + span) { justify-content: space-between; }
svg { display: block; flex: 1; min-width: 0; height: 100%; background: var(--page); border-radius: 3px; overflow: hidden; }
.line { fill: none; stroke: var(--link); stroke-width: 2; stroke-linecap: round; vector-effect: non-scaling-stroke; }
.gap { stroke: var(--critical); stroke-width: 2; vector-effect: non-scaling-stroke; }
figcaption { display: flex; justify-content: space-between; gap: 0.5rem; padding-left: 3.5rem; font-size: 0.75rem;
  color: var(--soft); white-space: nowrap; }
.when { padding-top: 0.4rem; }
footer { margin-top: 1.5rem; font-size: 0.85rem; }
`;
