import type { Field } from '../contract/contract.ts';
import { didYouMean } from '../contract/did-you-mean.ts';
import type { Problem } from '../contract/problem.ts';
import type { YamlPath } from '../contract/yaml-file.ts';
import {
  EVENT_PARTS,
  type Expectation,
  type ExpectedOperation,
  type ExpectedValue,
} from './contract-test.ts';
import { type TestInFile, textAt } from './read-given.ts';
import type { TestYaml } from './test-file-schema.ts';
import { keyColumns, testedFields } from './tested-fields.ts';
import { expectedFragment } from './yaml-value.ts';

type ExpectYaml = TestYaml['expect'];
type PersonYaml = NonNullable<ExpectYaml['people']>[number];
type EventYaml = NonNullable<ExpectYaml['events']>[number];

export function readExpected(reading: TestInFile): Expectation {
  const { people = [], events = [], faults, held } = reading.test.expect;
  return {
    operations: [
      ...people.map((person, index) => expectedPerson(reading, person, ['expect', 'people', index])),
      ...events.map((event, index) => expectedEvent(reading, event, ['expect', 'events', index])),
    ],
    withheld: [
      ...faults.map(({ key, code, column }, index) => ({
        path: [...reading.path, 'expect', 'faults', index],
        kind: 'fault' as const,
        key: keyText(reading, key, ['expect', 'faults', index, 'key']),
        code,
        column,
      })),
      ...held.map(({ key, code }, index) => ({
        path: [...reading.path, 'expect', 'held', index],
        kind: 'held' as const,
        key: keyText(reading, key, ['expect', 'held', index, 'key']),
        code,
        column: undefined,
      })),
    ],
  };
}

function expectedPerson(reading: TestInFile, person: PersonYaml, below: YamlPath): ExpectedOperation {
  return {
    path: [...reading.path, ...below],
    key: textAt(reading, [...below, 'person'], person.person),
    values: valuesOf(reading, [...below, 'attributes'], person.attributes),
    absent: person.absent,
    isExact: person.exact,
  };
}

function expectedEvent(reading: TestInFile, event: EventYaml, below: YamlPath): ExpectedOperation {
  const { occurred_at: occurredAt, person, id } = event;
  const part = (
    name: string,
    key: string,
    value: unknown,
    type?: Field['type'],
  ): readonly ExpectedValue[] => {
    if (value === undefined) return [];
    const path = [...reading.path, ...below, key];
    return [{ name, path, fragment: expectedFragment({ yaml: reading.yaml, path, value }, type) }];
  };
  const personText = person === undefined ? undefined : textAt(reading, [...below, 'person'], person);
  return {
    path: [...reading.path, ...below],
    key: keyText(reading, event.event_id, [...below, 'event_id']),
    values: [
      ...part(EVENT_PARTS.person, 'person', personText),
      ...part(EVENT_PARTS.occurredAt, 'occurred_at', occurredAt, 'timestamp'),
      ...part(EVENT_PARTS.id, 'id', id),
      ...valuesOf(reading, [...below, 'properties'], event.properties),
    ],
    absent: event.absent,
    isExact: event.exact,
  };
}

/** As keys are shown beside faults: parts with a bar between them. */
function keyText(
  reading: TestInFile,
  key: string | number | readonly (string | number)[],
  below: YamlPath,
): string {
  if (!Array.isArray(key)) return textAt(reading, below, key);
  return key.map((part, index) => textAt(reading, [...below, index], part)).join('|');
}

function valuesOf(
  { yaml, path, model }: TestInFile,
  below: YamlPath,
  values: Readonly<Record<string, unknown>>,
): readonly ExpectedValue[] {
  const types = new Map(testedFields(model).map(({ name, type }) => [name, type]));
  return Object.entries(values).map(([name, value]) => {
    const valuePath = [...path, ...below, name];
    const fragment = expectedFragment({ yaml, path: valuePath, value }, types.get(name));
    return { name, path: valuePath, fragment };
  });
}

/** What is wrong with the expected part of a test. */
export function expectedProblems(reading: TestInFile): readonly Problem[] {
  const { yaml, path, test, model } = reading;
  const { people = [], events = [] } = test.expect;
  const wrongPart = model.kind === 'people' ? 'events' : 'people';
  return [
    ...(test.expect[wrongPart] === undefined
      ? []
      : [
          yaml.problemAt(
            [...path, 'expect', wrongPart],
            `\`${model.name}\` makes no ${wrongPart}`,
            `Write \`${model.kind === 'people' ? 'people' : 'events'}\` here.`,
            'key',
          ),
        ]),
    ...people.flatMap(({ attributes, absent }, index) => [
      ...nameProblems(reading, ['people', index, 'attributes'], Object.keys(attributes)),
      ...nameProblems(reading, ['people', index, 'absent'], absent),
    ]),
    ...events.flatMap(({ properties, absent }, index) => [
      ...nameProblems(reading, ['events', index, 'properties'], Object.keys(properties)),
      ...nameProblems(reading, ['events', index, 'absent'], absent),
    ]),
  ];
}

/** A name that the model does not send could never come, or would always be absent. */
function nameProblems(
  { yaml, path, model }: TestInFile,
  below: YamlPath,
  names: readonly string[],
): readonly Problem[] {
  const known = [...new Set([...testedFields(model).map(({ name }) => name), ...keyColumns(model)])];
  return names.flatMap((name, index) => {
    if (known.includes(name)) return [];
    const step = below.at(-1) === 'absent' ? index : name;
    const message = `the model sends no \`${name}\``;
    return [yaml.problemAt([...path, 'expect', ...below, step], message, didYouMean(name, known), 'key')];
  });
}
