import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CapturePosition } from '../../src/core/capture/capture-position.ts';
import { claimText } from '../../src/core/carts/cart-memory.ts';
import type { CartSession } from '../../src/core/carts/cart-session.ts';
import { joinFragments, joinFrame } from '../../src/core/diff/delivered-values.ts';
import { ENTRY_WORDS } from '../../src/core/diff/entry.ts';
import { FingerprintTable } from '../../src/core/diff/fingerprint-table.ts';
import { type KeyRange, WHOLE_RING } from '../../src/core/diff/key-range.ts';
import { newKeyWords, ringPosition, writeTextKeyWords } from '../../src/core/diff/key-words.ts';
import { IdentityIndex } from '../../src/core/identity/identity-index.ts';
import { SourceFollower } from '../../src/core/identity/source-follower.ts';
import { LEASE_SECONDS, type Lease } from '../../src/core/state/lease.ts';
import type { ModelResult, RunOutcome } from '../../src/core/state/run.ts';
import type { BatchRecord, StateStore } from '../../src/ports/state-store.ts';

/** What a suite needs of the adapter under test. */
export interface StateStoreHarness {
  /** A state that did not exist before. */
  createStore(): Promise<StateStore>;
  /** Another connection to the same state, as another process would have it. */
  reopen(): Promise<StateStore>;
  /** A reader beside the writer. */
  openReader(): Promise<StateStore>;
  /** Whether the holders of leases, which are made up, count as alive. */
  setHoldersAlive(isAlive: boolean): void;
  cleanUp(): Promise<void>;
}

const NOW = Date.UTC(2026, 10, 23);

function modelResult(part: Partial<ModelResult>): ModelResult {
  const nothing = {
    ...{ rows: 0, unchanged: 0, refreshed: 0, changedAfterDelivery: 0, faults: 0, held: 0, dropped: 0 },
    ...{ beforeStart: 0, notDue: 0, operations: 0, accepted: 0, rejected: 0, heldAtSending: 0 },
    ...{ droppedAtSending: 0, notSent: 0, requests: 0 },
  };
  return { model: 'orders', kind: 'event', ...nothing, ...part };
}
const HOLDER = { command: 'millrace sync', host: 'elsewhere', processId: 4242 };
const TABLE = 'people:customers';

interface Person {
  readonly key: string;
  readonly fingerprint: number;
  readonly fragments: readonly string[];
}

function entriesFor(store: StateStore, people: readonly Person[]): Uint32Array {
  const entries = new Uint32Array(people.length * ENTRY_WORDS);
  people.forEach((person, index) => {
    const key = newKeyWords();
    writeTextKeyWords(person.key, store.delivered.keySeed, key);
    entries.set(key, index * ENTRY_WORDS);
    entries[index * ENTRY_WORDS + 4] = person.fingerprint;
    entries[index * ENTRY_WORDS + 7] = index;
  });
  return entries;
}

const NAMES = ['email', 'vip_tier'];

function batchOf(
  store: StateStore,
  people: readonly Person[],
  more: Partial<BatchRecord> = {},
  names: readonly string[] = NAMES,
): BatchRecord {
  const records = people.map((person) => joinFragments(person.fragments));
  return {
    model: 'customers',
    table: TABLE,
    entries: entriesFor(store, people),
    newKeys: people.length,
    frames:
      people.length === 0
        ? []
        : [{ recordCount: people.length, text: Buffer.from(joinFrame(names, records)) }],
    acceptedKeys: () => people.map((person) => person.key),
    now: NOW,
    rejects: [],
    ...more,
  };
}

const person = (key: string, fingerprint = 1, tier = '"none"'): Person => ({
  key,
  fingerprint,
  fragments: [`"${key}@example.com"`, tier],
});

const cartSession = (cart: string): CartSession => ({
  cart,
  person: 'anna',
  state: 'open',
  burst: { from: 5, until: 5 },
  activityFrom: 5,
  claim: undefined,
  emitted: [],
  content: undefined,
});

async function loadTable(store: StateStore, range: KeyRange = WHOLE_RING): Promise<FingerprintTable> {
  const table = new FingerprintTable();
  for await (const block of store.delivered.entries(TABLE, range)) table.load(block);
  return table;
}

function slotOf(store: StateStore, table: FingerprintTable, key: string): number {
  const words = newKeyWords();
  writeTextKeyWords(key, store.delivered.keySeed, words);
  return table.find(words);
}

function isKnown(store: StateStore, table: FingerprintTable, key: string): boolean {
  const slot = slotOf(store, table, key);
  return slot >= 0 && table.isDelivered(slot);
}

/** Every adapter of the StateStore port passes this. */
export function describeStateStore(name: string, makeHarness: () => Promise<StateStoreHarness>): void {
  describe(`StateStore: ${name}`, () => {
    let harness: StateStoreHarness;
    let store: StateStore;
    let lease: Lease;

    beforeEach(async () => {
      harness = await makeHarness();
      store = await harness.createStore();
      lease = await store.leases.acquireLease({ range: WHOLE_RING, holder: HOLDER, now: NOW });
    });

    afterEach(async () => {
      await store.close();
      await harness.cleanUp();
    });

    describe('what limits compare with', () => {
      it('definitions are kept by table, and replaced as a whole', async () => {
        const definitions = new Map([
          ['vip_tier', { type: 'string', one_of: ['none', 'gold'] }],
          ['points', { type: 'integer' }],
        ]);
        expect(await store.delivered.deliveredDefinitions(TABLE)).toEqual(new Map());
        await store.delivered.recordDefinitions(lease, TABLE, definitions);
        await store.delivered.recordDefinitions(lease, 'people:others', new Map());
        expect(await store.delivered.deliveredDefinitions(TABLE)).toEqual(definitions);
        await store.delivered.recordDefinitions(lease, TABLE, new Map([['points', { type: 'decimal' }]]));
        expect([...(await store.delivered.deliveredDefinitions(TABLE)).keys()]).toEqual(['points']);
      });

      it('events are counted by hour, and forgotten after five weeks', async () => {
        const events = (hour: number, count: number, table = 'events:order_placed') =>
          store.delivered.recordBatch(lease, batchOf(store, [], { table, hours: new Map([[hour, count]]) }));
        await events(10_000, 5);
        await events(10_000, 2);
        await events(10_001, 1);
        await events(10_001, 9, 'events:other');
        const hours = (from: number) => store.delivered.eventHours('events:order_placed', from);
        expect(await hours(0)).toEqual(
          new Map([
            [10_000, 7],
            [10_001, 1],
          ]),
        );
        expect(await hours(10_001)).toEqual(new Map([[10_001, 1]]));
        await events(10_000 + 35 * 24 + 1, 3);
        await store.delivered.compact(lease);
        expect([...(await hours(0)).keys()]).toEqual([10_001, 10_841]);
        expect((await store.delivered.eventHours('events:other', 0)).size).toBe(1);
      });

      it('are written only under the lease', async () => {
        await store.leases.releaseLease(lease);
        const writing = store.delivered.recordDefinitions(lease, TABLE, new Map());
        await expect(writing).rejects.toMatchObject({ code: 'state_lease_lost' });
      });
    });

    describe('leases', () => {
      it('are given to one writer at a time; the second hears who holds it', async () => {
        const other = await harness.reopen();
        const attempt = other.leases.acquireLease({ range: WHOLE_RING, holder: HOLDER, now: NOW });
        await expect(attempt).rejects.toMatchObject({
          code: 'state_busy',
          message: expect.stringMatching(/millrace sync.*4242.*elsewhere/),
        });
        await other.close();
      });

      it('can be shared out by ranges of keys that do not overlap', async () => {
        await store.leases.releaseLease(lease);
        const lower = { range: { from: 0, to: 0x7fff_ffff }, holder: HOLDER, now: NOW };
        const upper = { range: { from: 0x8000_0000, to: 0xffff_ffff }, holder: HOLDER, now: NOW };
        await store.leases.acquireLease(lower);
        await store.leases.acquireLease(upper);
        await expect(store.leases.acquireLease(lower)).rejects.toMatchObject({ code: 'state_busy' });
      });

      it('end when they are released, run out, or their process has died', async () => {
        const later = NOW + (LEASE_SECONDS + 1) * 1000;
        await store.leases.renewLease(lease, NOW + 1000);
        const second = await store.leases.acquireLease({ range: WHOLE_RING, holder: HOLDER, now: later });
        await store.leases.releaseLease(second);
        await store.leases.acquireLease({ range: WHOLE_RING, holder: HOLDER, now: later });
        harness.setHoldersAlive(false);
        await store.leases.acquireLease({ range: WHOLE_RING, holder: HOLDER, now: later });
      });

      it('that were taken over can neither be renewed nor written under', async () => {
        const later = NOW + (LEASE_SECONDS + 1) * 1000;
        const taker = await harness.reopen();
        await taker.leases.acquireLease({ range: WHOLE_RING, holder: HOLDER, now: later });
        await expect(store.leases.renewLease(lease, later)).rejects.toMatchObject({
          code: 'state_lease_lost',
        });
        const write = store.delivered.recordBatch(lease, batchOf(store, [person('1')]));
        await expect(write).rejects.toMatchObject({ code: 'state_lease_lost' });
        expect(await store.delivered.size(TABLE)).toMatchObject({ keys: 0 });
        await taker.close();
      });
    });

    describe('what was delivered', () => {
      it('is there after reopening: entries, values, counts, version', async () => {
        const people = Array.from({ length: 100 }, (_, index) => person(`${index}`, index + 1));
        await store.delivered.recordBatch(lease, batchOf(store, people));
        const again = await harness.reopen();
        const table = await loadTable(again);
        expect(table.deliveredCount).toBe(100);
        expect(await again.delivered.size(TABLE)).toEqual({ keys: 100, entries: 100, distinct: 100 });
        expect(await again.delivered.version()).toBe(1);
        const slot = slotOf(again, table, '57');
        expect(table.hasFingerprint(slot, 58, 0)).toBe(true);
        const [values] = await again.delivered.deliveredValues(TABLE, [table.reference(slot)]);
        expect(values).toEqual({ names: ['email', 'vip_tier'], fragments: ['"57@example.com"', '"none"'] });
        await again.close();
      });

      it('is what came last for a key', async () => {
        await store.delivered.recordBatch(lease, batchOf(store, [person('1'), person('2')]));
        const changed = batchOf(store, [person('2', 9, '"gold"')], { newKeys: 0 });
        await store.delivered.recordBatch(lease, changed);
        const table = await loadTable(store);
        const slot = slotOf(store, table, '2');
        expect(table.hasFingerprint(slot, 9, 0)).toBe(true);
        const [values] = await store.delivered.deliveredValues(TABLE, [table.reference(slot)]);
        expect(values?.fragments).toEqual(['"2@example.com"', '"gold"']);
        expect(await store.delivered.size(TABLE)).toMatchObject({ keys: 2 });
      });

      it('can be refreshed without new values', async () => {
        await store.delivered.recordBatch(lease, batchOf(store, [person('1', 1)]));
        const before = await loadTable(store);
        const reference = before.reference(slotOf(store, before, '1'));
        const entries = entriesFor(store, [person('1', 77)]);
        entries[6] = reference.first;
        entries[7] = reference.second;
        await store.delivered.recordRefresh(lease, TABLE, entries);
        const after = await loadTable(store);
        expect(after.hasFingerprint(slotOf(store, after, '1'), 77, 0)).toBe(true);
        expect(after.reference(slotOf(store, after, '1'))).toEqual(reference);
      });

      it('is read by ranges of keys that together are everything', async () => {
        const people = Array.from({ length: 50 }, (_, index) => person(`person-${index}`));
        await store.delivered.recordBatch(lease, batchOf(store, people));
        const middle = 0x8000_0000;
        const lower = await loadTable(store, { from: 0, to: middle - 1 });
        const upper = await loadTable(store, { from: middle, to: 0xffff_ffff });
        expect(lower.deliveredCount + upper.deliveredCount).toBe(50);
        for (const { key } of people) {
          const words = newKeyWords();
          writeTextKeyWords(key, store.delivered.keySeed, words);
          const side = ringPosition(words) < middle ? lower : upper;
          expect(side.find(words)).toBeGreaterThanOrEqual(0);
        }
      });

      it('survives tidying, however often it was replaced', async () => {
        const people = Array.from({ length: 300 }, (_, index) => person(`${index}`));
        await store.delivered.recordBatch(lease, batchOf(store, people));
        for (let round = 2; round < 40; round += 1) {
          const changed = people.map(({ key }) => person(key, round, `"tier ${round}"`));
          await store.delivered.recordBatch(lease, batchOf(store, changed, { newKeys: 0 }));
        }
        await store.delivered.compact(lease);
        const table = await loadTable(store);
        expect(table.deliveredCount).toBe(300);
        for (const key of ['0', '150', '299']) {
          const slot = slotOf(store, table, key);
          expect(table.hasFingerprint(slot, 39, 0)).toBe(true);
          const [values] = await store.delivered.deliveredValues(TABLE, [table.reference(slot)]);
          expect(values?.fragments).toEqual([`"${key}@example.com"`, '"tier 39"']);
        }
      });

      it('keeps different lists of names apart when tidying', async () => {
        const many = Array.from({ length: 5000 }, (_, index) => person(`${index}`));
        await store.delivered.recordBatch(lease, batchOf(store, many));
        await store.delivered.recordBatch(lease, batchOf(store, many, { newKeys: 0 }));
        const renamed = batchOf(store, [person('7', 3)], { newKeys: 0 }, ['email', 'tier']);
        await store.delivered.recordBatch(lease, renamed);
        await store.delivered.recordBatch(lease, batchOf(store, many.slice(100), { newKeys: 0 }));
        await store.delivered.compact(lease);
        const table = await loadTable(store);
        const values = await store.delivered.deliveredValues(
          TABLE,
          ['6', '7', '8'].map((key) => table.reference(slotOf(store, table, key))),
        );
        expect(values.map(({ names }) => names[1])).toEqual(['vip_tier', 'tier', 'vip_tier']);
        expect(values.map(({ fragments }) => fragments[0])).toEqual(
          ['6', '7', '8'].map((key) => `"${key}@example.com"`),
        );
      });

      it('stays as it was for a reader while a writer goes on', async () => {
        await store.delivered.recordBatch(lease, batchOf(store, [person('1')]));
        const reader = await harness.openReader();
        await store.delivered.recordBatch(lease, batchOf(store, [person('2')]));
        expect((await loadTable(reader)).deliveredCount).toBe(1);
        expect((await loadTable(store)).deliveredCount).toBe(2);
        await reader.close();
      });

      it('remembers carts: what is new, changed or forgotten, and when they were observed', async () => {
        const events = 'events:cart_abandoned';
        expect(await store.delivered.cartMemory(events)).toEqual({ sessions: [], watchedAt: undefined });
        const changes = { sessions: [cartSession('1'), cartSession('2')], forgotten: [], watchedAt: 100 };
        await store.delivered.recordCarts(lease, events, changes);
        const moved = { ...cartSession('2'), burst: { from: 5, until: 9 } };
        const next = { sessions: [moved], forgotten: ['1'], watchedAt: undefined };
        await store.delivered.recordCarts(lease, events, next);
        const again = await harness.reopen();
        expect(await again.delivered.cartMemory(events)).toEqual({ sessions: [moved], watchedAt: 100 });
        expect((await again.delivered.cartMemory('events:other')).sessions).toEqual([]);
        await again.close();
      });

      it('ends the sessions of carts together with the events that were accepted for them', async () => {
        const events = 'events:cart_abandoned';
        const claims = [
          { ...cartSession('1'), state: 'claimed' as const, claim: ['1', 'a|b'] },
          { ...cartSession('2'), state: 'claimed' as const, claim: ['1', 'a|b'] },
          { ...cartSession('3'), state: 'claimed' as const, claim: ['1', 'a', 'b'] },
        ];
        await store.delivered.recordCarts(lease, events, {
          sessions: claims,
          forgotten: [],
          watchedAt: undefined,
        });
        const accepted = batchOf(store, [], {
          table: events,
          isOfCarts: true,
          acceptedKeys: () => [claimText(['1', 'a|b'])],
        });
        await store.delivered.recordBatch(lease, accepted);
        const { sessions } = await store.delivered.cartMemory(events);
        expect(sessions.map(({ cart, state, emitted }) => [cart, state, emitted.length])).toEqual([
          ['1', 'emitted', 1],
          ['2', 'emitted', 1],
          ['3', 'claimed', 0],
        ]);
      });

      it('knows since when an event is sent', async () => {
        expect(await store.delivered.eventStart('events:order_placed')).toBeUndefined();
        await store.delivered.recordEventStart(lease, 'events:order_placed', 1_700_000_000);
        expect(await store.delivered.eventStart('events:order_placed')).toBe(1_700_000_000);
      });
    });

    describe('what was delivered and is void', () => {
      it('is as if it had never been, also after tidying', async () => {
        const people = Array.from({ length: 9000 }, (_, index) => person(`${index}`));
        await store.delivered.recordBatch(lease, batchOf(store, people));
        const gone = people.filter((_, index) => index % 2 === 0);
        const voids = entriesFor(store, gone);
        for (let at = 0; at < voids.length; at += ENTRY_WORDS) voids.fill(0, at + 4, at + ENTRY_WORDS);
        await store.delivered.recordRefresh(lease, TABLE, voids, -gone.length);
        const expectLeft = async () => {
          const table = await loadTable(store);
          expect(table.deliveredCount).toBe(4500);
          expect((await store.delivered.size(TABLE)).keys).toBe(4500);
          expect(isKnown(store, table, '8')).toBe(false);
          expect(isKnown(store, table, '9')).toBe(true);
        };
        await expectLeft();
        for (let round = 2; round < 5; round += 1) {
          const left = people.filter((_, index) => index % 2 === 1).map(({ key }) => person(key, round));
          await store.delivered.recordBatch(lease, batchOf(store, left, { newKeys: 0 }));
        }
        await store.delivered.compact(lease);
        await expectLeft();
        await store.delivered.recordBatch(lease, batchOf(store, [person('8', 77)]));
        const table = await loadTable(store);
        expect(table.hasFingerprint(slotOf(store, table, '8'), 77, 0)).toBe(true);
        expect(table.deliveredCount).toBe(4501);
      });
    });

    describe('identities', () => {
      const conflict = (...people: readonly string[]) =>
        ({ code: 'email_on_two_people', detail: 'email', people }) as const;
      const counted = (conflicts: number) =>
        ({ code: 'email_on_two_people', detail: 'email', conflicts, people: 2 * conflicts }) as const;

      const load = async (from: StateStore) => {
        const index = new IdentityIndex(from.delivered.keySeed, await from.identities.layout());
        for await (const block of from.identities.blocks()) index.load(block);
        return index;
      };
      const holder = (index: IdentityIndex, key: string) => {
        const found = index.find('device', key);
        return found < 0 ? undefined : index.persons.text(found);
      };
      /** Reads a source whole, as a run does, and records what changed. */
      const follow = async (rows: readonly (readonly [person: string, device: string])[]) => {
        const index = await load(store);
        const follower = new SourceFollower(index, 'id', 'identities');
        for (const [somebody, device] of rows) {
          follower.beginText(somebody);
          follower.claimText('device', device);
        }
        follower.finish();
        await store.identities.recordIdentities(lease, index.changes(), []);
      };

      it('are there after reopening, as they were last told', async () => {
        expect(await store.identities.claimCount()).toBe(0);
        await follow([
          ['1', 'a'],
          ['2', 'b'],
          ['person-with-a-long-identifier', 'c'],
        ]);
        await follow([
          ['1', 'a'],
          ['2', 'c'],
        ]);
        const again = await harness.reopen();
        const index = await load(again);
        expect(['a', 'b', 'c'].map((key) => holder(index, key))).toEqual(['1', undefined, '2']);
        expect(index.claims.liveCount).toBe(2);
        await again.close();
      });

      it('stay right and small, however often they change', async () => {
        for (let round = 0; round < 100; round += 1) {
          await follow(Array.from({ length: 200 }, (_, index) => [`${index}-${round}`, `d${index}`]));
        }
        const index = await load(store);
        expect(index.claims.liveCount).toBe(200);
        expect(holder(index, 'd7')).toBe('7-99');
        expect(index.persons.count).toBeLessThan(20_000);
        expect(await store.identities.claimCount()).toBeLessThan(20_000);
      });

      it('move the state’s version only when something changed, and only under a lease', async () => {
        await follow([['1', 'a']]);
        const version = await store.delivered.version();
        await follow([['1', 'a']]);
        expect(await store.delivered.version()).toBe(version);
        await follow([['2', 'a']]);
        expect(await store.delivered.version()).toBeGreaterThan(version);
        await store.leases.releaseLease(lease);
        await expect(follow([['3', 'a']])).rejects.toMatchObject({ code: 'state_lease_lost' });
      });

      it('keep conflicts with when they were first seen, and forget those that are settled', async () => {
        const both = [conflict('1', '2'), conflict('3', '4')];
        await store.identities.recordConflicts(lease, { now: NOW, counts: [counted(2)], conflicts: both });
        const other = { cioId: 'abc', id: undefined, createdAt: 1_700_000_000 };
        const later = [{ ...conflict('3', '4'), other }];
        await store.identities.recordConflicts(lease, {
          now: NOW + 5,
          counts: [counted(1)],
          conflicts: later,
        });
        expect(await store.identities.conflicts(10)).toEqual([
          { ...conflict('3', '4'), other, firstSeenAt: NOW, lastSeenAt: NOW + 5 },
        ]);
        expect(await store.identities.conflictCounts()).toEqual([counted(1)]);
        await store.identities.recordConflicts(lease, { now: NOW + 9, counts: [], conflicts: [] });
        expect(await store.identities.conflicts(10)).toEqual([]);
        expect(await store.identities.conflictCounts()).toEqual([]);
      });

      it('remember changed addresses until they are settled', async () => {
        const none = new IdentityIndex(store.delivered.keySeed).changes();
        const moves = [
          { from: 'a@x', to: 'b@x' },
          { from: 'c@x', to: 'd@x' },
        ];
        await store.identities.recordIdentities(lease, none, moves);
        await store.identities.settleMoves(lease, [
          moves[0] ?? { from: '', to: '' },
          { from: 'z@x', to: 'd@x' },
        ]);
        expect(await store.identities.moves()).toEqual([{ from: 'c@x', to: 'd@x' }]);
        await store.identities.recordIdentities(lease, none, []);
        expect(await store.identities.moves()).toEqual([]);
      });

      it('remember who was merged into whom, the last time counting', async () => {
        await store.identities.recordMerge(lease, { secondary: '2', primary: '1', mergedAt: NOW });
        await store.identities.recordMerge(lease, { secondary: '3', primary: '1', mergedAt: NOW });
        await store.identities.recordMerge(lease, { secondary: '2', primary: '9', mergedAt: NOW + 1 });
        expect(await store.identities.merges()).toEqual([
          { secondary: '2', primary: '9', mergedAt: NOW + 1 },
          { secondary: '3', primary: '1', mergedAt: NOW },
        ]);
      });
    });

    describe('how far changes were followed', () => {
      const position: CapturePosition = {
        model: 'customers',
        definitionHash: 'd1',
        captureHash: 'c1',
        readAt: 1_700_000_000,
        openSince: undefined,
        clockDifference: 1,
        lag: 30,
        lagSeenAt: 1_700_000_000,
        fullReadAt: 1_699_999_000,
      };

      it('is there after reopening, by model, and is forgotten for all', async () => {
        expect(await store.captures.position('customers')).toBeUndefined();
        await store.captures.recordPositions(lease, [
          position,
          { ...position, model: 'orders', openSince: 7 },
        ]);
        await store.captures.recordPositions(lease, [{ ...position, readAt: 1_700_000_100 }]);
        const reopened = await harness.reopen();
        expect(await reopened.captures.position('customers')).toEqual({ ...position, readAt: 1_700_000_100 });
        expect(await reopened.captures.position('orders')).toMatchObject({ openSince: 7 });
        await store.captures.forgetPositions(lease);
        expect(await store.captures.position('orders')).toBeUndefined();
      });

      it('is written under a lease only', async () => {
        await store.leases.releaseLease(lease);
        await expect(store.captures.recordPositions(lease, [position])).rejects.toMatchObject({
          code: 'state_lease_lost',
        });
      });
    });

    describe('what happened', () => {
      const start = { runId: 'run-1', command: 'millrace sync', startedAt: NOW, contractHash: 'abc' };

      it('is kept by run, newest first; a run without an end is known as such', async () => {
        await store.runs.beginRun(lease, start);
        await store.runs.beginRun(lease, { ...start, runId: 'run-2', startedAt: NOW + 1 });
        await store.runs.endRun(lease, {
          runId: 'run-1',
          endedAt: NOW + 5,
          outcome: 'failed',
          errorCode: 'source_unreachable',
          models: [],
        });
        const runs = await store.runs.runs(10);
        expect(runs.map((run) => [run.runId, run.outcome, run.errorCode])).toEqual([
          ['run-2', undefined, undefined],
          ['run-1', 'failed', 'source_unreachable'],
        ]);
        expect(await store.runs.run('run-1')).toMatchObject({ endedAt: NOW + 5 });
        expect(await store.runs.run('nonsense')).toBeUndefined();
      });

      it('knows when each model was last done, and forgets quiet runs after a week', async () => {
        const week = 7 * 24 * 3_600_000;
        const run = async (runId: string, at: number, operations: number, outcome: RunOutcome) => {
          await store.runs.beginRun(lease, { ...start, runId, startedAt: at });
          const models = [modelResult({ model: `of-${outcome}`, operations })];
          await store.runs.endRun(lease, { runId, endedAt: at, outcome, errorCode: undefined, models });
        };
        await run('quiet', NOW, 0, 'done');
        await run('busy', NOW + 1, 3, 'done');
        await run('failed', NOW + 2, 0, 'failed');
        expect(await store.runs.lastDone()).toEqual(new Map([['of-done', NOW + 1]]));
        await run('late', NOW + week + 1, 0, 'done');
        const kept = (await store.runs.runs(10)).map(({ runId }) => runId);
        expect(kept).toEqual(['late', 'failed', 'busy']);
      });

      it('replaces the faults of a model with those of the next full read', async () => {
        const fault = (key: string) =>
          ({ kind: 'fault', key, code: 'time_zero', column: 'paid_at' }) as const;
        const counts = [{ kind: 'fault', code: 'time_zero', column: 'paid_at', count: 2 }] as const;
        await store.runs.recordWithheld(lease, {
          model: 'orders',
          now: NOW,
          counts,
          rows: [fault('1'), fault('2')],
        });
        await store.runs.recordWithheld(lease, {
          model: 'orders',
          now: NOW + 9,
          counts: [{ ...counts[0], count: 1 }],
          rows: [fault('2')],
        });
        const rows = await store.runs.withheld({ limit: 10 });
        expect(rows).toMatchObject([{ key: '2', firstSeenAt: NOW, lastSeenAt: NOW + 9, column: 'paid_at' }]);
        expect(await store.runs.withheldCounts()).toMatchObject([{ model: 'orders', count: 1 }]);
      });

      it('keeps what is withheld of keys that a partial read did not read, and counts it', async () => {
        const row = (key: string, column = 'paid_at') =>
          ({ kind: 'fault', key, code: 'time_zero', column }) as const;
        const held = { kind: 'held', key: '4', code: 'late', column: undefined } as const;
        const count = (number: number, column = 'paid_at') =>
          ({ kind: 'fault', code: 'time_zero', column, count: number }) as const;
        const heldCount = { kind: 'held', code: 'late', column: undefined, count: 1 } as const;
        await store.runs.recordWithheld(lease, {
          model: 'orders',
          now: NOW,
          rows: [row('1'), row('1'), row('2'), row('3'), held],
          counts: [count(4), heldCount],
        });
        await store.runs.recordWithheld(lease, {
          model: 'orders',
          now: NOW + 1,
          rows: [row('2'), row('5', 'sent_at')],
          counts: [count(1), count(1, 'sent_at')],
          keysRead: new Set(['1', '2', '5', "o'neill"]),
        });
        const rows = await store.runs.withheld({ limit: 9 });
        expect(rows.map(({ key, firstSeenAt }) => [key, firstSeenAt - NOW])).toEqual([
          ['2', 0],
          ['3', 0],
          ['5', 1],
          ['4', 0],
        ]);
        const counts = await store.runs.withheldCounts();
        expect(counts.map(({ code, column, count: number }) => [code, column, number])).toEqual([
          ['time_zero', 'paid_at', 2],
          ['time_zero', 'sent_at', 1],
          ['late', undefined, 1],
        ]);
        await store.runs.recordWithheld(lease, {
          model: 'orders',
          now: NOW + 2,
          rows: [],
          counts: [],
          keysRead: new Set(),
        });
        expect(await store.runs.withheldCounts()).toEqual(counts);
      });

      it('keeps rejects until the same key is accepted', async () => {
        const reject = { key: '5', status: 207, reason: 'invalid', field: 'email', message: 'not valid' };
        await store.delivered.recordBatch(lease, batchOf(store, [], { rejects: [reject] }));
        expect(await store.runs.withheld({ kind: 'reject', limit: 10 })).toMatchObject([
          { key: '5', code: '207 invalid', detail: 'not valid, field email' },
        ]);
        await store.delivered.recordBatch(lease, batchOf(store, [person('5')]));
        expect(await store.runs.withheld({ limit: 10 })).toEqual([]);
      });

      it('is counted by model, reason and column, with when it began; rejects too', async () => {
        const fault = { kind: 'fault', code: 'time_zero', column: 'paid_at' } as const;
        const held = { kind: 'held', code: 'late', column: undefined } as const;
        const report = (now: number, keys: readonly string[]) => ({
          model: 'orders',
          now,
          counts: [
            { ...fault, count: 40 },
            { ...held, count: 1 },
          ],
          rows: [...keys.map((key) => ({ ...fault, key })), { ...held, key: '9' }],
        });
        await store.runs.recordWithheld(lease, report(NOW, ['1', '2']));
        await store.runs.recordWithheld(lease, report(NOW + 9, ['2', '3']));
        const reject = { key: '5', status: 207, reason: 'invalid', field: 'email', message: 'not valid' };
        await store.delivered.recordBatch(lease, batchOf(store, [], { rejects: [reject] }));
        const counts = await store.runs.withheldCounts();
        const ofOrders = counts.filter(({ model }) => model === 'orders');
        expect(ofOrders).toEqual([
          { model: 'orders', ...fault, count: 40, firstSeenAt: NOW },
          { model: 'orders', ...held, count: 1, firstSeenAt: NOW },
        ]);
        expect(counts).toContainEqual(
          expect.objectContaining({ kind: 'reject', code: '207 invalid', column: undefined, count: 1 }),
        );
        expect(await store.runs.withheld({ column: 'paid_at', limit: 9 })).toHaveLength(2);
        expect(await store.runs.withheld({ column: 'other', limit: 9 })).toHaveLength(0);
      });

      it('keeps what an earlier report told when the later one knows only some rows', async () => {
        const row = (key: string, code: 'late' | 'guest') =>
          ({ kind: 'held', key, code, column: undefined }) as const;
        const counts = [{ ...row('', 'late'), count: 1 }];
        const report = { model: 'orders', counts } as const;
        await store.runs.recordWithheld(lease, { ...report, now: NOW, rows: [row('1', 'late')] });
        await store.runs.recordWithheld(lease, {
          ...report,
          now: NOW + 9,
          rows: [row('2', 'guest')],
          arePartial: true,
        });
        const keys = (await store.runs.withheld({ limit: 9 })).map(({ key }) => key);
        expect(keys.sort()).toEqual(['1', '2']);
      });

      it('is forgotten with its model', async () => {
        const row = { kind: 'fault', key: '1', code: 'time_zero', column: 'paid_at' } as const;
        const counts = [{ ...row, count: 1 }];
        await store.runs.recordWithheld(lease, { model: 'old', now: NOW, counts, rows: [row] });
        await store.runs.recordWithheld(lease, { model: 'orders', now: NOW, counts, rows: [row] });
        await store.runs.forgetWithheld(lease, ['orders', 'customers']);
        expect((await store.runs.withheld({ limit: 9 })).map(({ model }) => model)).toEqual(['orders']);
        expect((await store.runs.withheldCounts()).map(({ model }) => model)).toEqual(['orders']);
      });

      it('is filtered by model, code and kind, and bounded', async () => {
        const rows = ['a', 'b', 'c'].map(
          (key) => ({ kind: 'held', key, code: 'late', column: undefined }) as const,
        );
        await store.runs.recordWithheld(lease, { model: 'orders', now: NOW, counts: [], rows });
        expect(await store.runs.withheld({ limit: 2 })).toHaveLength(2);
        expect(
          await store.runs.withheld({ model: 'orders', code: 'late', kind: 'held', limit: 9 }),
        ).toHaveLength(3);
        expect(await store.runs.withheld({ model: 'others', limit: 9 })).toHaveLength(0);
      });
    });
  });
}
