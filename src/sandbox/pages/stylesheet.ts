/** The look of the pages: calm in light and dark, readable on a phone, nothing loaded from elsewhere. */
export const STYLESHEET = `
:root {
  color-scheme: light dark;
  --paper: #f6f5f1; --surface: #fff; --sunken: #faf9f6; --line: #e7e4dc; --line-strong: #d6d2c7;
  --ink: #1c2230; --soft: #5b6474; --faint: #858c99;
  --accent: #0f6f66; --accent-soft: #e0f0ed; --good: #1d7a46; --good-soft: #e3f3e8;
  --warn: #8a5a00; --warn-soft: #fbf0d6; --bad: #b3261e; --bad-soft: #fbe7e5; --info-soft: #e9edf6; --info: #3b5488;
  --radius: 10px; --sans: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif;
  --mono: ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #13161b; --surface: #1a1e25; --sunken: #161a20; --line: #292e38; --line-strong: #3a414d;
    --ink: #e6e9ef; --soft: #a3acba; --faint: #7d8695;
    --accent: #5cc9bb; --accent-soft: #17342f; --good: #6cc894; --good-soft: #16301f;
    --warn: #e2b35c; --warn-soft: #34290f; --bad: #f28b82; --bad-soft: #3c1c1a; --info-soft: #1f2838; --info: #9db6e6;
  }
}
*, *::before, *::after { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 var(--sans); }
a { color: var(--accent); text-decoration: none; }
a:hover { text-decoration: underline; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
.skip { position: absolute; left: -999px; }
.skip:focus { left: 12px; top: 12px; background: var(--surface); padding: 8px 12px; z-index: 2; }
.frame { display: grid; grid-template-columns: 228px minmax(0, 1fr); min-height: 100vh; }
.side { border-right: 1px solid var(--line); padding: 22px 14px; position: sticky; top: 0; height: 100vh; overflow: auto; display: flex; flex-direction: column; gap: 18px; }
.brand { padding: 0 10px; color: var(--ink); font-weight: 650; letter-spacing: -.01em; display: block; }
.brand:hover { text-decoration: none; }
.brand small { display: block; font-weight: 400; color: var(--soft); letter-spacing: 0; }
.nav { display: flex; flex-direction: column; gap: 2px; }
.nav a { display: flex; justify-content: space-between; gap: 10px; padding: 7px 10px; border-radius: 8px; color: var(--soft); }
.nav a:hover { background: var(--surface); color: var(--ink); text-decoration: none; }
.nav a[aria-current] { background: var(--accent-soft); color: var(--accent); font-weight: 600; }
.nav .count { color: var(--faint); font-variant-numeric: tabular-nums; font-weight: 400; }
.nav .count.alert { color: var(--bad); font-weight: 600; }
.nav .break { height: 1px; background: var(--line); margin: 8px 10px; }
.now { margin-top: auto; padding: 12px 10px 0; border-top: 1px solid var(--line); font-size: 13px; color: var(--soft); }
.now strong { display: block; color: var(--ink); font-size: 14px; white-space: nowrap; font-variant-numeric: tabular-nums; }
main { padding: 30px clamp(18px, 4vw, 48px) 64px; max-width: 1180px; width: 100%; }
.head { display: flex; flex-wrap: wrap; align-items: baseline; justify-content: space-between; gap: 6px 20px; margin-bottom: 20px; }
h1 { font-size: 25px; line-height: 1.25; letter-spacing: -.018em; margin: 0; font-weight: 650; overflow-wrap: anywhere; }
h2 { font-size: 15px; margin: 0; font-weight: 650; }
.lead { color: var(--soft); margin: 4px 0 0; max-width: 68ch; }
.card { background: var(--surface); border: 1px solid var(--line); border-radius: var(--radius); margin-bottom: 20px; }
.card > header { display: flex; flex-wrap: wrap; justify-content: space-between; align-items: baseline; gap: 4px 16px; padding: 13px 18px 11px; border-bottom: 1px solid var(--line); }
.card > header a, .card > header .aside { font-size: 13px; color: var(--soft); }
.card > header a { color: var(--accent); }
.body { padding: 16px 18px; }
.body > :first-child { margin-top: 0; } .body > :last-child { margin-bottom: 0; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(160px, 1fr)); gap: 12px; margin-bottom: 20px; }
.tiles.small { grid-template-columns: repeat(auto-fit, minmax(128px, 1fr)); }
.tile { background: var(--surface); border: 1px solid var(--line); border-radius: var(--radius); padding: 14px 18px 13px; color: inherit; display: block; }
a.tile:hover { border-color: var(--line-strong); text-decoration: none; }
.tile b { display: block; font-size: 27px; font-weight: 620; letter-spacing: -.02em; line-height: 1.25; font-variant-numeric: tabular-nums; }
.tile span { color: var(--soft); font-size: 13px; }
.tile.alert b { color: var(--bad); }
.profile { display: grid; grid-template-columns: minmax(0, 1.55fr) minmax(0, 1fr); gap: 0 20px; align-items: start; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 14px; }
th { text-align: left; font-weight: 500; font-size: 12px; color: var(--faint); padding: 9px 18px 7px; white-space: nowrap; }
td { padding: 9px 18px; border-top: 1px solid var(--line); vertical-align: top; }
tbody tr:hover { background: var(--sunken); }
td.num, th.num { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
td.nowrap { white-space: nowrap; }
td.value { overflow-wrap: anywhere; min-width: 170px; }
td.person { overflow-wrap: anywhere; min-width: 130px; }
td.name { color: var(--soft); overflow-wrap: anywhere; }
.attributes td.name { width: 32%; min-width: 150px; }
time { white-space: nowrap; font-variant-numeric: tabular-nums; }
.faint, .hint { color: var(--faint); font-size: 13px; }
.soft { color: var(--soft); }
code, pre, textarea { font-family: var(--mono); font-size: 12.5px; }
code { overflow-wrap: anywhere; }
pre { margin: 0; padding: 14px 18px; overflow: auto; white-space: pre-wrap; overflow-wrap: anywhere; max-height: 70vh; }
pre.line { white-space: pre; }
.badge { display: inline-block; padding: 1px 8px; border-radius: 99px; font-size: 12px; line-height: 19px; background: var(--info-soft); color: var(--info); white-space: nowrap; }
.badge.good { background: var(--good-soft); color: var(--good); }
.badge.warn { background: var(--warn-soft); color: var(--warn); }
.badge.bad { background: var(--bad-soft); color: var(--bad); }
.badge.quiet { background: transparent; border: 1px solid var(--line-strong); color: var(--soft); line-height: 17px; }
.badges { display: flex; flex-wrap: wrap; gap: 6px; }
.props { color: var(--soft); overflow-wrap: anywhere; }
.props b { font-weight: 500; color: var(--ink); }
.empty { padding: 26px 18px; color: var(--soft); text-align: center; }
.empty p { margin: 4px auto; max-width: 56ch; }
.note { border-radius: var(--radius); padding: 11px 16px; margin-bottom: 20px; background: var(--good-soft); color: var(--good); }
.note.bad { background: var(--bad-soft); color: var(--bad); white-space: pre-wrap; overflow-wrap: anywhere; }
.pager { display: flex; justify-content: space-between; gap: 16px; padding: 11px 18px; border-top: 1px solid var(--line); font-size: 14px; }
.tabs { display: flex; flex-wrap: wrap; gap: 4px; }
.tabs a { padding: 3px 11px; border-radius: 99px; color: var(--soft); font-size: 13px; }
.tabs a[aria-current] { background: var(--accent-soft); color: var(--accent); font-weight: 600; }
form { margin: 0; }
.row { display: flex; flex-wrap: wrap; gap: 10px; align-items: end; }
.row + .row { margin-top: 12px; }
label { display: block; font-size: 13px; color: var(--soft); }
label.check { display: flex; gap: 8px; align-items: center; color: var(--ink); font-size: 14px; min-height: 36px; }
input, select, textarea { display: block; width: 100%; margin-top: 3px; padding: 7px 10px; font: inherit; font-size: 14px; color: var(--ink); background: var(--paper); border: 1px solid var(--line-strong); border-radius: 8px; min-height: 37px; }
.row select, .row input[type="text"] { width: auto; max-width: 100%; }
label + .row { margin-top: 12px; }
textarea { font-family: var(--mono); font-size: 12.5px; min-height: 130px; }
input[type="checkbox"] { width: 16px; height: 16px; margin: 0; accent-color: var(--accent); }
input[type="number"] { width: 120px; }
.search { display: flex; gap: 8px; flex: 1 1 320px; max-width: 560px; }
.search input { margin: 0; }
button { font: inherit; font-size: 14px; font-weight: 550; padding: 7px 14px; border-radius: 8px; border: 1px solid var(--line-strong); background: var(--surface); color: var(--ink); cursor: pointer; white-space: nowrap; }
button:hover { border-color: var(--faint); }
button.main { background: var(--accent); border-color: var(--accent); color: var(--surface); }
button.danger { color: var(--bad); border-color: var(--bad); background: transparent; }
button.plain { border: 0; background: none; padding: 0; color: var(--accent); font-weight: 400; font-size: 13px; }
.switch { display: grid; grid-template-columns: minmax(0, 1fr) 230px; gap: 4px 24px; align-items: start; padding: 12px 0; border-top: 1px solid var(--line); }
.switch:first-child { border-top: 0; padding-top: 0; } .switch:last-child { padding-bottom: 0; }
.switch label { display: inline; color: var(--ink); font-size: 14px; margin-right: 6px; } .switch b { font-weight: 550; }
.switch p { margin: 3px 0 0; max-width: 62ch; } .switch input, .switch select { width: 100%; margin: 0; }
dl.facts { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 7px 20px; margin: 0; }
dl.facts dt { color: var(--soft); } dl.facts dd { margin: 0; overflow-wrap: anywhere; }
.live { font-size: 12px; color: var(--faint); font-weight: 400; border: 1px solid var(--line); padding: 3px 11px; border-radius: 99px; }
.live::before { content: ""; display: inline-block; width: 7px; height: 7px; border-radius: 50%; margin-right: 7px; background: var(--faint); }
.live[aria-pressed="true"] { color: var(--good); } .live[aria-pressed="true"]::before { background: var(--good); }
.steps { margin: 0; padding-left: 20px; } .steps li + li { margin-top: 8px; }
.chart { display: block; width: 100%; height: auto; } .chart rect { fill: var(--accent); } .chart rect.none { fill: var(--line-strong); }
@media (max-width: 860px) {
  .frame { display: block; }
  .side { position: static; height: auto; border-right: 0; border-bottom: 1px solid var(--line); padding: 14px 12px 10px; gap: 8px; }
  .nav { flex-direction: row; overflow-x: auto; padding-bottom: 4px; }
  .nav a { white-space: nowrap; gap: 6px; } .nav .break { display: none; }
  .now { margin: 0; padding: 4px 10px 0; border: 0; display: flex; flex-wrap: wrap; align-items: center; gap: 4px 14px; } .now p { margin: 0; } .now strong { display: inline; font-size: 13px; }
  .profile { grid-template-columns: minmax(0, 1fr); }
  main { padding-top: 20px; }
}
@media (max-width: 620px) {
  .wide { display: none; }
  th, td { padding-left: 14px; padding-right: 14px; }
  h1 { font-size: 21px; }
  .attributes td.name { min-width: 118px; } .badge { white-space: normal; border-radius: 8px; }
  .switch { grid-template-columns: minmax(0, 1fr); }
  dl.facts { grid-template-columns: minmax(0, 1fr); gap: 1px; } dl.facts dd { margin-bottom: 8px; }
}
@media print { .side, .live, form { display: none; } .frame { display: block; } }
`.trim();
