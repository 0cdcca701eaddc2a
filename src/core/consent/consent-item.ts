import type { CanonicalIdentifier } from '../contract/contract.ts';
import type { Fragment } from '../shape/fragment.ts';

/** The item that writes answers of one person and nothing else. */
export function consentItem(
  canonical: CanonicalIdentifier,
  person: string,
  answers: readonly (readonly [attribute: string, value: Fragment])[],
  options: { readonly mayCreate: boolean },
): string {
  const pairs = answers.map(([attribute, value]) => `${JSON.stringify(attribute)}:${value}`);
  const attributes = [...pairs, ...(options.mayCreate ? [] : ['"_update":true'])].join(',');
  return `{"type":"person","action":"identify","identifiers":{"${canonical}":${JSON.stringify(person)}},"attributes":{${attributes}}}`;
}
