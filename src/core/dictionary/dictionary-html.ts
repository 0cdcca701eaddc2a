import type { Dictionary, DictionarySection, FieldEntry } from './dictionary.ts';
import { factText, fieldNotes, kindTitle, sectionsByKind, sectionTitle } from './dictionary-words.ts';

/** The dictionary as one page that needs nothing else: styles, search and all. */
export function dictionaryHtml(dictionary: Dictionary): string {
  const { namespace, canonical } = dictionary;
  const body = sectionsByKind(dictionary)
    .map(([kind, sections]) => `<h2>${kindTitle(kind)}</h2>${sections.map(sectionHtml).join('')}`)
    .join('\n');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<title>Dictionary of ${text(namespace)}</title>
<style>${STYLE}</style>
</head>
<body>
<header>
<h1>Dictionary of ${text(namespace)}</h1>
<p>Everything that is sent to Customer.io. People are told apart by <code>${text(canonical)}</code>.</p>
<input id="search" type="search" placeholder="Search names, meanings, columns, journeys" aria-label="Search" autofocus>
<p id="found" role="status" aria-live="polite"></p>
</header>
<main>
${body}
</main>
<script>${SCRIPT}</script>
</body>
</html>
`;
}

function sectionHtml(section: DictionarySection): string {
  const { means, fields } = section;
  const facts = factText(section).map((fact) => `<li>${text(fact)}</li>`);
  const head = ['name', 'type', 'meaning', 'from', 'more'].map((name) => `<th scope="col">${name}</th>`);
  const table =
    fields.length === 0
      ? ''
      : `<div class="wide"><table><thead><tr>${head.join('')}</tr></thead><tbody>${fields.map(rowHtml).join('')}</tbody></table></div>`;
  return `<section><h3>${text(sectionTitle(section))}</h3>${means === undefined ? '' : `<p>${text(means)}</p>`}<ul class="facts">${facts.join('')}</ul>${table}</section>`;
}

function rowHtml(field: FieldEntry): string {
  const { name, type, unit, means = '', column, source } = field;
  const origin = source === undefined || source === column ? '' : `<br><code>${text(source)}</code>`;
  const cells = [
    `<code class="name">${text(name)}</code>`,
    text(unit === undefined ? type : `${type} (${unit})`),
    text(means),
    `<code>${text(column)}</code>${origin}`,
    fieldNotes(field).map(text).join('<br>'),
  ];
  return `<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function text(value: string): string {
  return value.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

const STYLE = `
:root { color-scheme: light dark; --line: #8884; --faint: #888; }
body { font: 15px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 76rem; padding: 1.5rem; }
header { position: sticky; top: 0; background: Canvas; padding-bottom: .5rem; border-bottom: 1px solid var(--line); }
h1 { margin: 0; font-size: 1.4rem; }
h2 { margin: 2rem 0 .5rem; font-size: 1.2rem; }
h3 { margin: 1.5rem 0 .25rem; font-size: 1rem; font-family: ui-monospace, monospace; }
p { margin: .25rem 0; }
input { font: inherit; width: 100%; box-sizing: border-box; padding: .5rem .75rem; margin-top: .5rem; }
#found { color: var(--faint); min-height: 1.5em; margin: .25rem 0 0; }
.facts { list-style: none; padding: 0; margin: .25rem 0; color: var(--faint); display: flex; flex-wrap: wrap; gap: 0 1.5rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .4rem .75rem .4rem 0; border-bottom: 1px solid var(--line); }
th { color: var(--faint); font-weight: 500; }
code { font: .9em ui-monospace, monospace; overflow-wrap: anywhere; }
.name { font-weight: 600; overflow-wrap: normal; }
[hidden] { display: none; }
`;

/** A section whose own words fit shows all of its rows. */
const SCRIPT = `
const search = document.getElementById('search');
const found = document.getElementById('found');
const sections = [...document.querySelectorAll('section')].map((section) => ({
  section,
  words: [...section.querySelectorAll('h3, p, .facts')].map((part) => part.textContent).join(' ').toLowerCase(),
  rows: [...section.querySelectorAll('tbody tr')].map((row) => ({ row, words: row.textContent.toLowerCase() })),
}));
function show() {
  const wanted = search.value.toLowerCase().split(/\\s+/).filter(Boolean);
  const fits = (words) => wanted.every((word) => words.includes(word));
  let count = 0;
  for (const { section, words, rows } of sections) {
    const isWhole = fits(words);
    let shown = 0;
    for (const { row, words: own } of rows) {
      row.hidden = !(isWhole || fits(own));
      if (!row.hidden) shown += 1;
    }
    section.hidden = !isWhole && shown === 0;
    count += shown;
  }
  for (const title of document.querySelectorAll('h2')) {
    let next = title.nextElementSibling;
    let any = false;
    for (; next !== null && next.tagName === 'SECTION'; next = next.nextElementSibling) any ||= !next.hidden;
    title.hidden = !any;
  }
  found.textContent = wanted.length === 0 ? '' : count === 0 ? 'Nothing fits.' : count + (count === 1 ? ' entry' : ' entries');
}
search.addEventListener('input', show);
show();
`;
