import type { AttributeYaml, PeopleYaml } from './model-schema.ts';
import type { Problem } from './problem.ts';
import type { YamlFile } from './yaml-file.ts';

/** What is wrong with the consent roles of a people model. */
export function consentProblems(attributes: PeopleYaml['attributes'], yaml: YamlFile): readonly Problem[] {
  return [
    ...Object.entries(attributes).flatMap(([name, attribute]) =>
      attribute.role === undefined ? withoutRole(name, attribute, yaml) : withRole(name, attribute, yaml),
    ),
    ...repeatedRoles(attributes, yaml),
  ];
}

function withoutRole(name: string, attribute: AttributeYaml, yaml: YamlFile): readonly Problem[] {
  return (['allow_opt_in', 'consent_at'] as const)
    .filter((option) => attribute[option] !== undefined)
    .map((option) =>
      yaml.problemAt(
        ['attributes', name, option],
        `\`${option}\` needs a consent role`,
        'Add `role: consent(email)` (or sms, or topic N), or remove it.',
        'key',
      ),
    );
}

function withRole(name: string, attribute: AttributeYaml, yaml: YamlFile): readonly Problem[] {
  const problem = (option: string, message: string, hint: string): Problem =>
    yaml.problemAt(['attributes', name, option], message, hint, 'key');
  return [
    ...(attribute.type === 'boolean'
      ? []
      : [problem('type', `a consent is of type boolean, not ${attribute.type}`, 'Write `type: boolean`.')]),
    ...(attribute.when_null === 'clear'
      ? [
          problem(
            'when_null',
            '`when_null: clear` would send an answer for people who gave none',
            'Leave it out (NULL is not sent), or write `reject`.',
          ),
        ]
      : []),
    ...(attribute.allow_opt_in === true && attribute.consent_at === undefined
      ? [
          problem(
            'allow_opt_in',
            '`allow_opt_in` needs `consent_at`',
            'Name the column with the time of the consent: only an opt-in newer than Customer.io’s state is written.',
          ),
        ]
      : []),
  ];
}

/** Two columns for one consent would contradict each other. */
function repeatedRoles(attributes: PeopleYaml['attributes'], yaml: YamlFile): readonly Problem[] {
  const first = new Map<string, string>();
  return Object.entries(attributes).flatMap(([name, { role }]) => {
    if (role === undefined) return [];
    const earlier = first.get(role);
    if (earlier === undefined) first.set(role, name);
    if (earlier === undefined) return [];
    const message = `\`${role}\` is the role of \`${earlier}\` too`;
    return [yaml.problemAt(['attributes', name, 'role'], message, 'Keep one of them.', 'key')];
  });
}
