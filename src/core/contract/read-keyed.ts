import { ERASURES_MAX, REMOVALS_MAX, type RemovalLimit } from '../guard/removal-limit.ts';
import type { CanonicalIdentifier, Field, KeyedModel, RemovedPolicy } from './contract.ts';
import { impliedField, timeField, toField, toTimeRule } from './field.ts';
import { keyColumns } from './key-columns.ts';
import type { DevicesYaml, KeyedYaml } from './model-schema.ts';
import { shareOf } from './schema-parts.ts';

/** What is particular to models whose rows each stand for one thing. */
export type KeyedDefinition = Pick<
  KeyedModel,
  | 'kind'
  | 'target'
  | 'idColumn'
  | 'person'
  | 'unresolved'
  | 'attributes'
  | 'removed'
  | 'removalLimit'
  | 'maxPerRun'
>;

export function keyedDefinition(
  yaml: KeyedYaml,
  timeZone: string,
  canonical: CanonicalIdentifier,
): KeyedDefinition {
  return {
    kind: yaml.kind,
    ...placeOf(yaml),
    person: yaml.kind === 'objects' ? [] : keyColumns(yaml.person, canonical),
    unresolved: (yaml.kind === 'objects' ? undefined : yaml.unresolved) ?? 'hold',
    attributes: attributesOf(yaml, timeZone),
    removed: removedPolicy(yaml),
    removalLimit: removalLimit(yaml),
    maxPerRun: yaml.kind === 'erasure' ? (yaml.max_per_run ?? ERASURES_MAX) : undefined,
  };
}

/** Where at Customer.io the rows belong, and what tells them apart besides the person. */
function placeOf(yaml: KeyedYaml): Pick<KeyedModel, 'target' | 'idColumn'> {
  switch (yaml.kind) {
    case 'objects':
    case 'relationships':
      return { target: String(yaml.object_type_id), idColumn: yaml.object_id };
    case 'devices':
      return { target: '', idColumn: yaml.token };
    case 'segment':
      return { target: String(yaml.segment_id), idColumn: undefined };
    case 'erasure':
      return { target: yaml.operation, idColumn: undefined };
  }
}

function attributesOf(yaml: KeyedYaml, timeZone: string): readonly Field[] {
  if (yaml.kind === 'segment' || yaml.kind === 'erasure') return [];
  const declared = Object.entries(yaml.attributes).map(([name, field]) => toField(name, field, timeZone));
  return yaml.kind === 'devices' ? [...deviceFields(yaml, timeZone), ...declared] : declared;
}

function deviceFields({ platform, last_used }: DevicesYaml, timeZone: string): readonly Field[] {
  const rule = { whenNull: 'reject' as const, time: toTimeRule({}, timeZone) };
  return [
    { ...impliedField('platform', platform, 'string', rule), oneOf: ['ios', 'android'] },
    ...(last_used === undefined ? [] : [timeField('last_used', last_used, 'keep', timeZone)]),
  ];
}

/** The rows of a segment are its members; everything else stays unless the file says otherwise. */
function removedPolicy({ kind, removed }: KeyedYaml): RemovedPolicy {
  if (removed === undefined) return kind === 'segment' ? 'remove' : 'nothing';
  return removed === 'nothing' ? 'nothing' : 'remove';
}

function removalLimit({ max_removals: { share, rows } = {} }: KeyedYaml): RemovalLimit {
  return {
    share: share === undefined ? REMOVALS_MAX.share : shareOf(share),
    rows: rows ?? REMOVALS_MAX.rows,
  };
}
