import { writeDictionary } from '../app/write-dictionary.ts';
import type { CommonOptions } from './command-context.ts';
import { type AddCommand, command } from './common-options.ts';
import { runCommand } from './run-command.ts';
import { counted } from './text.ts';

interface DocsCommandOptions extends CommonOptions {
  readonly out: string;
  readonly workspace?: string;
  readonly sample?: boolean;
}

export const addDocs: AddCommand = (program, context) => {
  program.addCommand(
    command(
      'docs',
      'Write the dictionary of attributes and events, as Markdown and as a page with a search.',
      [
        'millrace docs',
        'millrace docs --out public/dictionary',
        'millrace docs --sample   # also shares of NULL, and what values look like',
      ],
    )
      .option('--out <folder>', 'folder for dictionary.md and dictionary.html', 'dictionary')
      .option('--workspace <name>', 'whose dates of publishing to tell, as in millrace.lock')
      .option('--sample', 'look at the first rows of each model; needs MySQL')
      .action((options: DocsCommandOptions) =>
        runCommand(context, options, async (toolbox, answer) => {
          const { dictionary, files } = await writeDictionary(toolbox, {
            projectPath: options.project,
            folder: options.out,
            workspace: options.workspace,
            isSampled: options.sample === true,
          });
          if (answer.isJson) {
            answer.json({ files, dictionary: { ...dictionary, sections: dictionary.sections.map(plain) } });
            return 0;
          }
          const fields = dictionary.sections.reduce((sum, section) => sum + section.fields.length, 0);
          const what = `${counted(dictionary.sections.length, 'model', 'models')}, ${counted(fields, 'field', 'fields')}`;
          answer.lines([`${answer.style.green('✓')} ${what}:`, ...files.map((file) => `  ${file}`)]);
          return 0;
        }),
      ),
  );
};

/** Facts and rules as objects, which programs read more easily than pairs. */
function plain(section: Awaited<ReturnType<typeof writeDictionary>>['dictionary']['sections'][number]) {
  return {
    ...section,
    facts: Object.fromEntries(section.facts),
    fields: section.fields.map((field) => ({ ...field, rules: Object.fromEntries(field.rules) })),
  };
}
