import { type PublishedDictionary, publishDictionary } from '../app/publish-dictionary.ts';
import { writeDictionary } from '../app/write-dictionary.ts';
import type { CommonOptions } from './command-context.ts';
import { type AddCommand, command } from './common-options.ts';
import { runCommand } from './run-command.ts';
import { counted } from './text.ts';

interface DocsCommandOptions extends CommonOptions {
  readonly out: string;
  readonly workspace?: string;
  readonly sample?: boolean;
  readonly publish?: boolean;
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
        'millrace docs --publish  # also write the descriptions into Customer.io, for those who work there',
      ],
    )
      .option('--out <folder>', 'folder for dictionary.md and dictionary.html', 'dictionary')
      .option('--workspace <name>', 'whose dates of publishing to tell, as in millrace.lock')
      .option('--sample', 'look at the first rows of each model; needs MySQL')
      .option('--publish', "write the descriptions into Customer.io's Data Index; needs an App API key")
      .action((options: DocsCommandOptions) =>
        runCommand(context, options, async (toolbox, answer) => {
          const { dictionary, files } = await writeDictionary(toolbox, {
            projectPath: options.project,
            folder: options.out,
            workspace: options.workspace,
            isSampled: options.sample === true,
          });
          const { project: projectPath, publish = false } = options;
          const published = publish
            ? await publishDictionary(toolbox, dictionary, { projectPath, signal: context.signal })
            : undefined;
          if (answer.isJson) {
            answer.json({
              files,
              published,
              dictionary: { ...dictionary, sections: dictionary.sections.map(plain) },
            });
            return 0;
          }
          const fields = dictionary.sections.reduce((sum, section) => sum + section.fields.length, 0);
          const what = `${counted(dictionary.sections.length, 'model', 'models')}, ${counted(fields, 'field', 'fields')}`;
          answer.lines([
            `${answer.style.green('✓')} ${what}:`,
            ...files.map((file) => `  ${file}`),
            ...publishedLines(published),
          ]);
          return 0;
        }),
      ),
  );
};

function publishedLines(published: PublishedDictionary | undefined): readonly string[] {
  if (published === undefined) return [];
  const { attributes, events } = published;
  const what = `${counted(attributes, 'attribute', 'attributes')} and ${counted(events, 'event', 'events')}`;
  return [`Described in Customer.io's Data Index: ${what}.`];
}

/** Facts and rules as objects, which programs read more easily than pairs. */
function plain(section: Awaited<ReturnType<typeof writeDictionary>>['dictionary']['sections'][number]) {
  return {
    ...section,
    facts: Object.fromEntries(section.facts),
    fields: section.fields.map((field) => ({ ...field, rules: Object.fromEntries(field.rules) })),
  };
}
