import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TrackDestination } from '../../src/adapters/customerio/track-destination.ts';
import { fileSpools } from '../../src/adapters/files/file-spools.ts';
import { silentObserver } from '../../src/adapters/observe/silent-observer.ts';
import { sqliteStateStores } from '../../src/adapters/sqlite/sqlite-state-stores.ts';
import { EventsDelivery } from '../../src/app/deliver-events.ts';
import { eventTable } from '../../src/app/delivered-reader.ts';
import { DeliveryTally } from '../../src/app/delivery-tally.ts';
import type { EventModelDelivery } from '../../src/app/event-model-delivery.ts';
import { ModelRecorder } from '../../src/app/model-recorder.ts';
import { spoolSink } from '../../src/app/operation-sink.ts';
import { Outgoing } from '../../src/app/outgoing.ts';
import { RefusedPeople } from '../../src/app/refused-people.ts';
import { TimeOrderedSink } from '../../src/app/time-ordered-sink.ts';
import { type EventModel, eventModels } from '../../src/core/contract/contract.ts';
import { eventItemWriter } from '../../src/core/customerio/item.ts';
import { WHOLE_RING } from '../../src/core/diff/key-range.ts';
import { newKeyWords, writeEventKeyWords } from '../../src/core/diff/key-words.ts';
import { eventIdBytes, eventIdText } from '../../src/core/identity/event-id.ts';
import { personWord } from '../../src/core/operation/moments.ts';
import type { EventPlan } from '../../src/core/plan/plan-summary.ts';
import { seededRandom } from '../../src/demo/seeded-random.ts';
import { type RunningSandbox, startSandbox } from '../../src/sandbox/start-sandbox.ts';
import { contractOf, EVENT_YAML, PEOPLE_YAML } from '../support/contract-files.ts';
import { customerioSettings } from '../support/customerio-settings.ts';

const NOW = 1_795_428_000;
const PLAN_ID = 'plan-1';
/** So that a request holds about thirty events. */
const PADDING = 'x'.repeat(15_000);
/** Small, so that every spool has several runs. */
const HELD_BYTES_MAX = 2_000_000;

interface TestEvent {
  readonly key: string;
  readonly person: string;
  readonly occurredAt: number;
}

const models = eventModels(
  contractOf({
    models: {
      customers: [PEOPLE_YAML],
      orders: [EVENT_YAML],
      refunds: [EVENT_YAML.replace('order_placed', 'refund_issued')],
    },
  }),
);

describe('events on their way', () => {
  let folder: string;
  let sandbox: RunningSandbox;
  let destination: TrackDestination;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'millrace-order-'));
    sandbox = await startSandbox({ clock: { startAtMs: NOW * 1000 } });
    destination = new TrackDestination(customerioSettings(sandbox.url, { timeoutSeconds: 5 }), {
      sleep: async () => undefined,
      chance: () => 0,
    });
  });
  afterEach(async () => {
    await destination.close();
    await sandbox.close();
    rmSync(folder, { recursive: true });
  });

  const spools = () => fileSpools(join(folder, 'plans'));

  async function spool(model: EventModel, events: readonly TestEvent[]): Promise<void> {
    const sink = new TimeOrderedSink(await spoolSink(spools(), PLAN_ID, model.name), HELD_BYTES_MAX);
    const outgoing = new Outgoing(sink, 'events', []);
    const writeItem = eventItemWriter('id', model.event);
    const properties = JSON.stringify({ padding: PADDING });
    for (const { key, person, occurredAt } of events) {
      const idBytes = eventIdBytes('acme', model.event, [key]);
      const words = newKeyWords();
      writeEventKeyWords(idBytes, words);
      outgoing.add(
        ({ item, label }) => {
          item.text(writeItem({ id: eventIdText(idBytes), person, occurredAt, properties }));
          label.text(JSON.stringify([key, person, occurredAt]));
          return true;
        },
        {
          key: words,
          fingerprint: { high: 1, low: 2 },
          isNew: true,
          reference: { first: 1, second: 2 },
          moment: { occurredAt, personWord: personWord(person) },
        },
      );
    }
    await outgoing.finish();
  }

  async function deliver(counts: readonly number[], refused: readonly string[] = []) {
    const state = await sqliteStateStores(folder).open('sandbox');
    try {
      const lease = await state.leases.acquireLease({
        range: WHOLE_RING,
        holder: { command: 'test', host: 'here', processId: process.pid },
        now: Date.now(),
      });
      const clock = { now: () => NOW * 1000 };
      const held: string[] = [];
      const deliveries = models.slice(0, counts.length).map((model, index): EventModelDelivery => {
        const plan = { model: model.name, kind: 'event', operations: counts[index] ?? 0 } as EventPlan;
        const table = eventTable(model.event);
        const recorder = new ModelRecorder(
          { name: model.name, kind: 'event', table },
          plan,
          new DeliveryTally(plan),
          {
            lease,
            state,
            clock,
            observer: silentObserver,
          },
        );
        return {
          recorder,
          liveness: undefined,
          waitingLiveness: undefined,
          lateCode: 'late',
          unsettled: new Set(),
          onHeld: (key, code) => held.push(`${key} ${code}`),
        };
      });
      const refusedPeople = new RefusedPeople();
      for (const person of refused) refusedPeople.add(person);
      const options = {
        planId: PLAN_ID,
        spools: spools(),
        destination,
        clock,
        refusedPeople,
        strangers: undefined,
        settleGate: undefined,
      };
      const delivery = new EventsDelivery(deliveries, { ...options, requestsInFlight: 4, signal: undefined });
      const failure = await delivery.run().then(
        () => undefined,
        (error: unknown) => error,
      );
      const keys = await Promise.all(
        models.map((model) => state.delivered.size(`events:${model.event}`).then(({ keys }) => keys)),
      );
      const results = deliveries.map(({ recorder }) => recorder.tally.result());
      return { failure, held, keys, results };
    } finally {
      await state.close();
    }
  }

  /** Times of each person's events in the order in which the sandbox applied them. */
  function timesByPerson(): ReadonlyMap<string, readonly number[]> {
    const times = new Map<string, number[]>();
    for (const { person, timestamp } of sandbox.admin.events()) {
      const id = person?.id ?? '';
      times.set(id, [...(times.get(id) ?? []), timestamp]);
    }
    return times;
  }

  function expectOrdered(): void {
    for (const times of timesByPerson().values()) expect(times).toEqual([...times].sort((a, b) => a - b));
  }

  const someEvents = (seed: number, count: number, people: number): TestEvent[] => {
    const random = seededRandom(seed);
    return Array.from({ length: count }, (_, index) => ({
      key: `${seed}-${index}`,
      person: `p${random.between(1, people)}`,
      occurredAt: NOW - random.between(0, 50_000),
    }));
  };

  it.each([3, 40, 5000])(
    'reach each of %i people in order of time, from both models, with slow and failing requests',
    async (people) => {
      sandbox.admin.setFaults([
        {
          match: { path: '/api/v2/batch', probability: 0.2, seed: 7 },
          action: { kind: 'status', status: 503 },
        },
        {
          match: { path: '/api/v2/batch', probability: 0.1, seed: 8 },
          action: { kind: 'drop-after-commit' },
        },
        {
          match: { path: '/api/v2/batch', probability: 0.3, seed: 9 },
          action: { kind: 'delay', delayMs: 60 },
        },
      ]);
      await spool(models[0] as EventModel, someEvents(1, 600, people));
      await spool(models[1] as EventModel, someEvents(2, 300, people));
      const { failure, keys, results } = await deliver([600, 300]);
      expect(failure).toBeUndefined();
      expect(sandbox.admin.events()).toHaveLength(900);
      expectOrdered();
      expect(keys).toEqual([600, 300]);
      expect(results).toMatchObject([
        { accepted: 600, notSent: 0 },
        { accepted: 300, notSent: 0 },
      ]);
    },
    60_000,
  );

  it('fill requests across models, so that order costs no requests', async () => {
    await spool(models[0] as EventModel, someEvents(1, 40, 5));
    await spool(models[1] as EventModel, someEvents(2, 20, 5));
    const { results } = await deliver([40, 20]);
    expect(results.map(({ requests }) => requests).reduce((sum, requests) => sum + requests)).toBe(2);
  });

  it('of a person stop leaving when one of them could not be delivered', async () => {
    sandbox.admin.setFaults({
      match: { path: '/api/v2/batch', skipFirst: 3 },
      action: { kind: 'status', status: 503 },
    });
    await spool(models[0] as EventModel, someEvents(3, 400, 20));
    const { failure, keys } = await deliver([400]);
    expect(failure).toMatchObject({ code: 'destination_unreachable' });
    expectOrdered();
    const arrived = sandbox.admin.events().map(({ timestamp }) => timestamp);
    expect(keys[0]).toBe(arrived.length);
    // What has arrived is the beginning of everything: no event overtook one that failed.
    const all = someEvents(3, 400, 20).map(({ occurredAt }) => occurredAt);
    expect(arrived.sort((a, b) => a - b)).toEqual(all.sort((a, b) => a - b).slice(0, arrived.length));
  }, 60_000);

  it('stay behind when the attributes of their person were refused', async () => {
    const events = someEvents(4, 100, 4);
    await spool(models[0] as EventModel, events);
    const { held, results } = await deliver([100], ['p2']);
    const of = (person: string) => events.filter((event) => event.person === person);
    expect(held.sort()).toEqual(
      of('p2')
        .map(({ key }) => `${key} person_refused`)
        .sort(),
    );
    expect(results[0]).toMatchObject({ heldAtSending: of('p2').length, accepted: 100 - of('p2').length });
    expect(timesByPerson().has('p2')).toBe(false);
  });

  it('that are refused are told of the right model, whatever else was in the request', async () => {
    sandbox.admin.setFaults({ match: { event: 'refund_issued' }, action: { kind: 'reject-items' } });
    await spool(models[0] as EventModel, someEvents(1, 30, 5));
    await spool(models[1] as EventModel, someEvents(2, 10, 5));
    const { results, keys } = await deliver([30, 10]);
    expect(results).toMatchObject([
      { accepted: 30, rejected: 0 },
      { accepted: 0, rejected: 10 },
    ]);
    expect(keys).toEqual([30, 0]);
  });
});
