import { NOT_AFTER } from '../time/time-limits.ts';
import type { Field, FieldType, TimeRule } from './contract.ts';
import type { FieldYaml } from './model-schema.ts';

/** Times before this are faults unless a field says otherwise: 1970 and its neighbours are never meant. */
export const NOT_BEFORE_DEFAULT = Date.UTC(2000, 0, 1) / 1000;

interface TimeYaml {
  readonly time_zone?: string | undefined;
  readonly format?: TimeRule['format'] | undefined;
  readonly ambiguous_time?: TimeRule['ambiguous'] | undefined;
  readonly not_before?: string | undefined;
  readonly future?: 'allow' | 'reject' | undefined;
}

export function toField(name: string, yaml: FieldYaml, modelTimeZone: string): Field {
  return {
    name,
    column: yaml.column ?? name,
    type: yaml.type,
    whenNull: yaml.when_null,
    oneOf: yaml.one_of,
    separator: yaml.separator,
    time: toTimeRule(yaml, modelTimeZone),
    means: yaml.means,
    unit: yaml.unit,
    itemsMax: yaml.max_items,
    version: yaml.version,
  };
}

/** A field with a time that is no property: when an event happened, when a cart was changed or bought. */
export function timeField(
  name: string,
  yaml: string | (TimeYaml & { readonly column: string }),
  whenNull: Field['whenNull'],
  modelTimeZone: string,
): Field {
  const { column, ...rule } = typeof yaml === 'string' ? { column: yaml } : yaml;
  return impliedField(name, column, 'timestamp', { whenNull, time: toTimeRule(rule, modelTimeZone) });
}

/** A field that no `attributes:` entry declares: an identifier, a key, the time of an event. */
export function impliedField(
  name: string,
  column: string,
  type: FieldType,
  options: { readonly whenNull: Field['whenNull']; readonly time: TimeRule },
): Field {
  const { whenNull, time } = options;
  return {
    name,
    column,
    type,
    whenNull,
    oneOf: undefined,
    separator: undefined,
    time,
    means: undefined,
    unit: undefined,
  };
}

export function toTimeRule(yaml: TimeYaml, modelTimeZone: string): TimeRule {
  return {
    timeZone: yaml.time_zone ?? modelTimeZone,
    isZoneOwn: yaml.time_zone !== undefined,
    format: yaml.format ?? 'datetime',
    ambiguous: yaml.ambiguous_time ?? 'reject',
    notBefore:
      yaml.not_before === undefined ? NOT_BEFORE_DEFAULT : Date.parse(`${yaml.not_before}T00:00:00Z`) / 1000,
    mayBeFuture: yaml.future !== 'reject',
    notAfter: NOT_AFTER,
  };
}
