import type { Dictionary, DictionarySection, FieldEntry } from './dictionary.ts';
import { factText, fieldNotes, kindTitle, sectionsByKind, sectionTitle } from './dictionary-words.ts';

/** The dictionary as one Markdown page. */
export function dictionaryMarkdown(dictionary: Dictionary): string {
  const parts = sectionsByKind(dictionary).flatMap(([kind, sections]) => [
    `## ${kindTitle(kind)}`,
    ...sections.flatMap(sectionLines),
  ]);
  const head = [
    `# Dictionary of ${dictionary.namespace}`,
    `Everything that is sent to Customer.io. People are told apart by \`${dictionary.canonical}\`. Written by \`millrace docs\`; change the contract, not this page.`,
  ];
  return `${[...head, ...parts].join('\n\n')}\n`;
}

function sectionLines(section: DictionarySection): readonly string[] {
  const { means, fields } = section;
  const table = ['| name | type | meaning | from | more |', '| --- | --- | --- | --- | --- |'].concat(
    fields.map(fieldRow),
  );
  return [
    `### ${sectionTitle(section)}`,
    ...(means === undefined ? [] : [escaped(means)]),
    factText(section)
      .map((fact) => `- ${escaped(fact)}`)
      .join('\n'),
    ...(fields.length === 0 ? [] : [table.join('\n')]),
  ].filter((part) => part !== '');
}

function fieldRow(field: FieldEntry): string {
  const { name, type, unit, means, column, source } = field;
  const cells = [
    `\`${name}\``,
    unit === undefined ? type : `${type} (${unit})`,
    means ?? '',
    source === undefined || source === column ? column : `${column}: ${source}`,
    fieldNotes(field).join('; '),
  ];
  return `| ${cells.map(cell).join(' | ')} |`;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replace(/\s+/g, ' ');
}

function escaped(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/^([#>*-])/, '\\$1');
}
