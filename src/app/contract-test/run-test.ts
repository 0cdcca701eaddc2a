import { compareTest, type Difference } from '../../core/contract-test/compare-test.ts';
import {
  type ContractTest,
  EVENT_PARTS,
  type GotOperation,
  type Outcome,
} from '../../core/contract-test/contract-test.ts';
import { jsonMembers } from '../../core/contract-test/json-members.ts';
import type { Sample } from '../../core/plan/plan-summary.ts';
import type { Source } from '../../ports/source.ts';
import { type MadePlan, makePlan } from '../make-plan.ts';
import { type TestSurroundings, testSession, testState } from './test-session.ts';

/** Makes the plan that a sync would carry out, and compares it with what the test expects. */
export async function runTest(
  surroundings: TestSurroundings,
  test: ContractTest,
  source: Source,
): Promise<readonly Difference[]> {
  const session = testSession(surroundings, test, source);
  const planId = surroundings.toolbox.newId();
  try {
    const options = {
      planId,
      historyFrom: undefined,
      samplesMax: Number.MAX_SAFE_INTEGER,
      isFull: true,
      examplesMax: 0,
      signal: undefined,
    };
    return compareTest(
      test,
      outcomeOf(await makePlan(session, testState(test, surroundings.contract), options)),
    );
  } finally {
    await session.spools.remove(planId);
  }
}

/** Every operation of the plan is among its samples, for as many as there are were asked for. */
function outcomeOf({ samples, withheld }: MadePlan): Outcome {
  return {
    operations: joined([...samples.values()].flat().map(toOperation)),
    withheld: [...withheld.values()].flatMap(({ rows }) => rows),
  };
}

/** A consent is sent apart from the attributes; whoever expects a person thinks of them together. */
function joined(operations: readonly GotOperation[]): readonly GotOperation[] {
  const byKey = new Map<string, GotOperation>();
  for (const { key, values } of operations) {
    byKey.set(key, { key, values: new Map([...(byKey.get(key)?.values ?? []), ...values]) });
  }
  return [...byKey.values()];
}

function toOperation(sample: Sample): GotOperation {
  if (sample.kind !== 'event') {
    const values = sample.changes.map(({ attribute, after }) => [attribute, after] as const);
    return { key: sample.key, values: new Map(values) };
  }
  const { key, person, occurredAt, id, properties } = sample;
  const parts = [
    [EVENT_PARTS.person, JSON.stringify(person)],
    [EVENT_PARTS.occurredAt, String(occurredAt)],
    [EVENT_PARTS.id, JSON.stringify(id)],
  ] as const;
  return { key, values: new Map<string, string>([...parts, ...jsonMembers(properties)]) };
}
