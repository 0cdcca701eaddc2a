import { type Contract, type Model, makesEvents } from '../../core/contract/contract.ts';
import { type Lock, withStarts } from '../../core/contract/lock.ts';
import type { ContractTest } from '../../core/contract-test/contract-test.ts';
import { ENTRY_WORDS, NOWHERE } from '../../core/diff/entry.ts';
import { newKeyWords, writeTextKeyWords } from '../../core/diff/key-words.ts';
import { writeEntry } from '../../core/diff/write-entry.ts';
import { BugError } from '../../core/errors/millrace-error.ts';
import type { AppApi } from '../../ports/app-api.ts';
import type { Destination } from '../../ports/destination.ts';
import type { ProjectFolder } from '../../ports/project-folder.ts';
import type { Source } from '../../ports/source.ts';
import type { Toolbox } from '../../ports/toolbox.ts';
import { type DeliveredReader, NOTHING_DELIVERED } from '../delivered-reader.ts';
import { NO_STATE, type StateReader } from '../reading.ts';
import type { Session } from '../session.ts';
import { stateFolder } from '../state-folder.ts';
import { testIdentities } from './test-identities.ts';

/** Where tests happen: no workspace has such a name. */
const WORKSPACE = 'test';

/** What a test is run with, besides its rows. */
export interface TestSurroundings {
  readonly toolbox: Toolbox;
  readonly folder: ProjectFolder;
  readonly contract: Contract;
}

/** A session in which a plan can be made as in a run, at the time of the test, and nothing can be sent. */
export function testSession(
  { toolbox, folder, contract }: TestSurroundings,
  test: ContractTest,
  source: Source,
): Session {
  const state = stateFolder(folder, contract);
  return {
    toolbox: {
      ...toolbox,
      clock: { now: () => test.now * 1000 },
      observer: { observe: () => undefined },
    },
    folder,
    contract: test.given.people === undefined ? withoutPeople(contract, test) : contract,
    models: [givenModel(test)],
    source,
    destination: NOWHERE_TO_SEND,
    app: NOTHING_HELD,
    workspace: { region: 'us', environmentId: 0, isSandbox: true },
    workspaceName: WORKSPACE,
    lock: lockOf(contract, test),
    states: toolbox.openStates(state),
    spools: toolbox.openSpools(`${state}/plans`),
  };
}

/** Rows are given for one query only: that of orders then returns none. Tests with tables run both, and read all. */
function givenModel({ model, given }: ContractTest): Model {
  const isAlone = model.kind === 'abandonment' && given.source.kind === 'rows';
  return isAlone ? { ...model, capture: undefined, orders: undefined } : { ...model, capture: undefined };
}

/** A test that names nobody asks nothing about who exists: every event's person counts as known. */
function withoutPeople(contract: Contract, { model, given }: ContractTest): Contract {
  const identity = { ...contract.project.identity, peopleElsewhere: true };
  return {
    ...contract,
    project: { ...contract.project, identity },
    models: contract.models.filter(
      (each) => each.kind !== 'people' || each.name === model.name || given.identities.length > 0,
    ),
  };
}

/** An event model of a test has started before, for on its first run it would send nothing. */
function lockOf({ project }: Contract, { model, given }: ContractTest): Lock {
  const lock = { namespace: project.namespace, workspaces: new Map() };
  return makesEvents(model) ? withStarts(lock, WORKSPACE, new Map([[model.event, given.since]])) : lock;
}

const NOWHERE_TO_SEND: Destination = {
  workspace: () => Promise.reject(new BugError('a test asked for a workspace')),
  deliver: () => Promise.reject(new BugError('a test tried to send something')),
  deliverAnonymous: () => Promise.reject(new BugError('a test tried to send something')),
  changeMembers: () => Promise.reject(new BugError('a test tried to send something')),
  close: async () => undefined,
};

/** A Customer.io that has no profiles: before an opt-in nothing speaks against it. */
const NOTHING_HELD: AppApi = {
  profiles: {
    profiles: async () => [],
    profile: async () => undefined,
    findByEmail: async () => [],
    async *everybody() {},
    activities: async function* () {},
  },
  journeys: {
    campaigns: async () => [],
    segments: async () => [],
    segmentCount: async () => undefined,
    segmentMembers: async function* () {},
    segmentUse: async () => undefined,
    journeyMetrics: async () => undefined,
    workspaces: async () => [],
  },
  dataIndex: { describeAttributes: async () => undefined, describeEvents: async () => undefined },
  close: async () => undefined,
};

/** A state in which only the people whom the test names were delivered, and the keys that it names are known. */
export function testState(test: ContractTest, contract: Contract): StateReader {
  return { ...NO_STATE, delivered: testDelivered(test), identities: testIdentities(test, contract) };
}

function testDelivered({ given }: ContractTest): DeliveredReader {
  const entries = entriesOf(given.people ?? []);
  const count = entries.length / ENTRY_WORDS;
  const isPeople = (table: string): boolean => table.startsWith('people:');
  return {
    ...NOTHING_DELIVERED,
    eventStart: async () => given.since,
    size: async (table) =>
      isPeople(table)
        ? { keys: count, entries: count, distinct: count }
        : { keys: 0, entries: 0, distinct: 0 },
    entries: async function* (table) {
      if (isPeople(table) && count > 0) yield entries;
    },
  };
}

function entriesOf(people: readonly string[]): Uint32Array {
  const distinct = [...new Set(people)];
  const block = new Uint32Array(distinct.length * ENTRY_WORDS);
  const key = newKeyWords();
  distinct.forEach((person, place) => {
    writeTextKeyWords(person, NOTHING_DELIVERED.keySeed, key);
    writeEntry(block, place, key, { high: 0, low: 0 }, NOWHERE);
  });
  return block;
}
