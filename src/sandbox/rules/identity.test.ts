import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NO_DEFINITIONS } from '../definitions/workspace-definitions.ts';
import type { Operation, PersonKey } from '../operation.ts';
import { SandboxClock } from '../sandbox-clock.ts';
import { emailKey } from '../state/person.ts';
import type { WorkspaceState } from '../state/workspace-state.ts';
import { DEFAULT_SWITCHES, type Switches } from '../switches.ts';
import { Workspace } from '../workspace.ts';

/** Few names, so that every kind of conflict happens often. */
const ids = fc.constantFrom('1', '2', '3', 'A', 'a');
const emails = fc.constantFrom('a@x.com', 'A@x.com', 'b@x.com', 'c@x.com');
const idKey = ids.map((value): PersonKey => ({ kind: 'id', value }));
const phones = fc.constantFrom('+491700000001', '+491700000002', '+491700000003');
const phoneKey = phones.map((value): PersonKey => ({ kind: 'phone', value }));
const emailKeys = emails.map((value): PersonKey => ({ kind: 'email', value }));
const cioKey = fc.nat(12).map((serial): PersonKey => ({ kind: 'cio_id', value: cioIdOf(serial) }));
const key = fc.oneof(idKey, emailKeys, phoneKey, cioKey);

const ENVIRONMENT_ID = 0xabcd;

function cioIdOf(serial: number): string {
  return `abcd${(serial + 1).toString(16).padStart(6, '0')}`;
}

const wish = (values: fc.Arbitrary<string>) => fc.oneof(fc.constant(undefined), fc.constant(null), values);

const identify = fc.record({
  kind: fc.constant('identify' as const),
  key,
  id: wish(ids),
  email: wish(fc.oneof(emails, fc.constant('no address'))),
  phone: wish(fc.oneof(phones, fc.constant('0170/1'))),
  anonymousId: fc.constant(undefined),
  changes: fc.array(
    fc.record({ name: fc.constantFrom('x', 'y'), literal: fc.constantFrom('1', '2', null) }),
    {
      maxLength: 1,
    },
  ),
  isUpdateOnly: fc.boolean(),
  timestamp: fc.oneof(fc.constant(undefined), fc.nat(100)),
  addedRelationships: fc.constant([]),
  deletedRelationships: fc.constant([]),
});
const event = key.map(
  (of): Operation => ({
    kind: 'event',
    type: 'event',
    key: of,
    name: 'e',
    id: undefined,
    timestamp: undefined,
    attributes: '{}',
  }),
);
const removal = fc.record({
  kind: fc.constantFrom('delete' as const, 'suppress' as const, 'unsuppress' as const),
  key,
});
const merge = fc.record({ kind: fc.constant('merge' as const), primary: key, secondary: key });
const operations = fc.array(
  fc.oneof({ arbitrary: identify, weight: 6 }, { arbitrary: event, weight: 2 }, removal, merge),
  { maxLength: 40 },
);

const switches: fc.Arbitrary<Switches> = fc
  .record({
    identifiers: fc.constantFrom('email_or_id' as const, 'id_only' as const, 'email_only' as const),
    phoneIdentifier: fc.boolean(),
    allowEmailUpdateWithId: fc.boolean(),
    autoMerge: fc.boolean(),
    newIdTakenEmail: fc.constantFrom('update_owner' as const, 'create_person' as const),
    identifierConflict: fc.constantFrom('other_attributes_apply' as const, 'nothing_applies' as const),
    olderUpdate: fc.constantFrom('skip_whole' as const, 'skip_attributes' as const),
    unknownPersonEvent: fc.constantFrom('create' as const, 'drop' as const),
  })
  .map((some) => ({ ...DEFAULT_SWITCHES, ...some }));

function stateAfter(list: readonly Operation[], setting: Switches): WorkspaceState {
  const workspace = new Workspace({
    environmentId: ENVIRONMENT_ID,
    switches: setting,
    clock: new SandboxClock(() => 1_700_000_000_000, undefined, 0),
    definitions: NO_DEFINITIONS,
    report: () => undefined,
  });
  const isAllowed = ({ kind }: PersonKey) =>
    (setting.identifiers !== 'id_only' || kind !== 'email') &&
    (setting.identifiers !== 'email_only' || kind !== 'id') &&
    (setting.phoneIdentifier || kind !== 'phone');
  const allowed = list.filter((operation) => {
    if (operation.kind === 'merge') return isAllowed(operation.primary) && isAllowed(operation.secondary);
    return !('key' in operation) || isAllowed(operation.key);
  });
  for (const operation of allowed) workspace.accept([asChecked(operation, setting)]);
  return workspace.state();
}

/** What is no identifier stands among the attributes once it is checked. */
function asChecked(operation: Operation, setting: Switches): Operation {
  if (operation.kind !== 'identify') return operation;
  const id = setting.identifiers === 'email_only' ? undefined : operation.id;
  return { ...operation, id, phone: setting.phoneIdentifier ? operation.phone : undefined };
}

describe('whatever is sent', () => {
  test('no identifier belongs to two people, and everybody is found by what they have', () => {
    fc.assert(
      fc.property(operations, switches, (list, setting) => {
        const state = stateAfter(list, setting);
        const people = [...state.people.live()];
        const withId = people.filter((person) => person.id !== null);
        expect(new Set(withId.map((person) => person.id)).size).toBe(withId.length);
        const withEmail = people.filter((person) => person.email !== null);
        if (setting.identifiers !== 'id_only') {
          expect(new Set(withEmail.map((person) => emailKey(person.email ?? ''))).size).toBe(
            withEmail.length,
          );
        }
        for (const person of withId) expect(state.people.byId(person.id ?? '')).toBe(person);
        for (const person of withEmail) expect(state.people.allByEmail(person.email ?? '')).toContain(person);
        const withPhone = people.filter((person) => person.phone !== null);
        expect(new Set(withPhone.map((person) => person.phone)).size).toBe(withPhone.length);
        for (const person of withPhone) expect(state.people.byPhone(person.phone ?? '')).toBe(person);
        for (const person of people) expect(state.people.byCioId(cioIdOf(person.serial))).toBe(person);
        expect(state.people.liveCount).toBe(people.length);
      }),
      { numRuns: 500 },
    );
  });

  test('nobody has an identifier that is suppressed', () => {
    fc.assert(
      fc.property(operations, switches, (list, setting) => {
        const state = stateAfter(list, setting);
        for (const { id, email, phone } of state.people.live()) {
          if (phone !== null) expect(state.suppressions.holds({ kind: 'phone', value: phone })).toBe(false);
          if (id !== null) expect(state.suppressions.holds({ kind: 'id', value: id })).toBe(false);
          const isIdentifier = setting.identifiers !== 'id_only' && email !== null;
          if (isIdentifier) expect(state.suppressions.holds({ kind: 'email', value: email })).toBe(false);
        }
      }),
      { numRuns: 500 },
    );
  });
});
