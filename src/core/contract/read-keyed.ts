import { REMOVALS_MAX, type RemovalLimit } from '../guard/removal-limit.ts';
import type { CanonicalIdentifier, KeyedModel } from './contract.ts';
import { toField } from './field.ts';
import { keyColumns } from './key-columns.ts';
import type { KeyedYaml } from './model-schema.ts';
import { shareOf } from './schema-parts.ts';

/** What is particular to models whose rows each stand for one thing. */
export type KeyedDefinition = Pick<
  KeyedModel,
  'kind' | 'target' | 'idColumn' | 'person' | 'unresolved' | 'attributes' | 'removed' | 'removalLimit'
>;

export function keyedDefinition(
  yaml: KeyedYaml,
  timeZone: string,
  canonical: CanonicalIdentifier,
): KeyedDefinition {
  const isOfPeople = yaml.kind === 'relationships';
  return {
    kind: yaml.kind,
    target: String(yaml.object_type_id),
    idColumn: yaml.object_id,
    person: isOfPeople ? keyColumns(yaml.person, canonical) : [],
    unresolved: (isOfPeople ? yaml.unresolved : undefined) ?? 'hold',
    attributes: Object.entries(yaml.attributes).map(([name, field]) => toField(name, field, timeZone)),
    removed: yaml.removed === undefined || yaml.removed === 'nothing' ? 'nothing' : 'remove',
    removalLimit: removalLimit(yaml),
  };
}

function removalLimit({ max_removals: { share, rows } = {} }: KeyedYaml): RemovalLimit {
  return {
    share: share === undefined ? REMOVALS_MAX.share : shareOf(share),
    rows: rows ?? REMOVALS_MAX.rows,
  };
}
