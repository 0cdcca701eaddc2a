import { jsonText } from '../json/json-text.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json/json-value.ts';
import {
  ATTRIBUTE_NAME_BYTES_MAX,
  ATTRIBUTE_VALUE_BYTES_MAX,
  ATTRIBUTES_MAX,
  isLongerThan,
} from '../limits.ts';
import type { AttributeChange } from '../operation.ts';
import type { Switches } from '../switches.ts';
import { type Checked, invalid, NO_PROBLEMS, type Problem, refused } from './problem.ts';

const NO_CHANGES: readonly AttributeChange[] = [];

/**
 * Attributes of a person, an object or a relationship: number, names and values within their limits
 * (cases 22 to 26). `skipped` names are instructions, not attributes.
 */
export function checkAttributes(
  attributes: JsonValue | undefined,
  field: string,
  skipped: ReadonlySet<string>,
  switches: Switches,
): Checked<readonly AttributeChange[]> {
  if (attributes === undefined) return { value: NO_CHANGES, problems: NO_PROBLEMS };
  if (!isJsonObject(attributes)) return refused([invalid(field, `${field} must be an object`)]);
  const names = Object.keys(attributes).filter((name) => !skipped.has(name));
  if (names.length > ATTRIBUTES_MAX) {
    return refused([invalid(field, `cannot identify more than ${ATTRIBUTES_MAX} attributes in one request`)]);
  }
  return checkEach(attributes, names, switches);
}

function checkEach(
  attributes: JsonObject,
  names: readonly string[],
  switches: Switches,
): Checked<readonly AttributeChange[]> {
  const changes: AttributeChange[] = [];
  const problems: Problem[] = [];
  for (const name of names) {
    const value = attributes[name] ?? null;
    const change = { name, literal: literalOf(value, switches) };
    const problem = nameProblem(name) ?? valueProblem(name, value, change.literal);
    if (problem === undefined) changes.push(change);
    else problems.push(problem);
  }
  return problems.length === 0 ? { value: changes, problems: NO_PROBLEMS } : refused(problems);
}

/** null and "" remove an attribute (case 31), unless the switch says that they are stored as "". */
function literalOf(value: JsonValue, switches: Switches): string | null {
  if (value !== null && value !== '') return jsonText(value);
  return switches.emptyAttribute === 'removes' ? null : '""';
}

function nameProblem(name: string): Problem | undefined {
  if (!isLongerThan(name, ATTRIBUTE_NAME_BYTES_MAX)) return undefined;
  return invalid(name, `attribute name cannot be longer than ${ATTRIBUTE_NAME_BYTES_MAX} bytes`);
}

function valueProblem(name: string, value: JsonValue, literal: string | null): Problem | undefined {
  const measured = typeof value === 'string' ? value : (literal ?? '');
  if (!isLongerThan(measured, ATTRIBUTE_VALUE_BYTES_MAX)) return undefined;
  return invalid(
    name,
    `value for attribute '${name}' cannot be longer than ${ATTRIBUTE_VALUE_BYTES_MAX} bytes`,
  );
}
