import { consentAttribute, parseConsentRole } from '../consent/consent-target.ts';
import type { ConsentField, Field, PeopleModel } from './contract.ts';
import { impliedField, toField, toTimeRule } from './field.ts';
import type { AttributeYaml } from './model-schema.ts';

/** The consent that an attribute declares; none when it has no role. NULL, which is no answer, is never sent. */
export function toConsentField(name: string, yaml: AttributeYaml, timeZone: string): readonly ConsentField[] {
  const target = yaml.role === undefined ? undefined : parseConsentRole(yaml.role);
  if (target === undefined) return [];
  return [
    {
      target,
      attribute: consentAttribute(target, name),
      answer: { ...toField(name, yaml, timeZone), whenNull: yaml.when_null ?? 'keep' },
      allowsOptIn: yaml.allow_opt_in === true,
      answeredAt: toAnsweredAt(yaml.consent_at, timeZone),
    },
  ];
}

/** Everything that is sent of a person, under its name in Customer.io. */
export function sentFields({ attributes, consents }: PeopleModel): readonly Field[] {
  return [...attributes, ...consents.map(({ attribute, answer }) => ({ ...answer, name: attribute }))];
}

function toAnsweredAt(yaml: AttributeYaml['consent_at'], timeZone: string): ConsentField['answeredAt'] {
  if (yaml === undefined) return undefined;
  const at = typeof yaml === 'string' ? { column: yaml } : yaml;
  return impliedField('consent_at', at.column, 'timestamp', {
    whenNull: 'keep',
    time: toTimeRule(at, timeZone),
  });
}
