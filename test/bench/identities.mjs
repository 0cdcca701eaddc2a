// How long the index of identities takes to build, how much memory it needs, and how many look-ups it serves.
//
//   npm run bench -- --identities                 one million people, each with an address, a phone and a device
//   npm run bench -- --identities --people 100000
//
// In one process, without a server: what is measured is the index, as a run builds and asks it.
import { cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

const CORE = join(dirname(fileURLToPath(import.meta.url)), '../../dist/core/identity');
const load = (file) => import(pathToFileURL(join(CORE, file)).href);
const { IdentityIndex } = await load('identity-index.js');
const { SourceFollower } = await load('source-follower.js');
const { findConflicts } = await load('find-conflicts.js');

const { values } = parseArgs({
  options: { identities: { type: 'boolean' }, people: { type: 'string', default: '1000000' } },
});
const PEOPLE = Number(values.people);
const KINDS = ['email', 'phone', 'device'];
const SEED = 7;
const PASSES = 5;
const MISSES_EACH = 10;

const count = (number) => Math.round(number).toLocaleString('en');
const person = (n) => `customer-${n}`;
const KEYS = {
  email: (n) => `person${n}@mail${n % 50}.example`,
  phone: (n) => `+49151${String(n).padStart(8, '0')}`,
  device: (n) => `d-${(n * 2654435761) % 4294967296}-${n}`,
};

console.log(`Node ${process.version}, ${cpus().length} × ${cpus()[0].model.trim()}`);
const rows = Array.from({ length: PEOPLE }, (_, n) => KINDS.map((kind) => KEYS[kind](n)));
globalThis.gc?.();

const memoryBefore = process.memoryUsage().arrayBuffers;
const index = new IdentityIndex(SEED);
tell(
  `Built from ${count(PEOPLE)} rows, ${count(PEOPLE * KINDS.length)} keys`,
  timed(() => readAll('ANEW')),
);
const bytes = process.memoryUsage().arrayBuffers - memoryBefore;
console.log(
  `  memory                     ${count(bytes / 2 ** 20)} MiB, ${count(bytes / PEOPLE)} bytes a person`,
);
tell(
  'Followed, nothing changed',
  timed(() => readAll('KEPT')),
);
const changes = index.changes();
const stored = changes.persons.byteLength + changes.claims.byteLength;
tell(
  `Loaded from the state (${count(stored / 2 ** 20)} MiB)`,
  timed(() => new IdentityIndex(SEED, changes.layout, changes.liveClaims).load(changes)),
);
let conflicts = 0;
tell(
  'Looked for conflicts',
  timed(() => {
    conflicts = findConflicts(index, { canonical: 'id', mayShare: [], accept: [] }).length;
  }),
);
if (conflicts !== 0) throw new Error(`${conflicts} conflicts where there are none`);
for (const kind of KINDS) lookUp(kind);

/** As a run reads a model: every row anew, or every row as it was. */
function readAll(how) {
  const follower = new SourceFollower(index, 'id', 'people');
  for (let n = 0; n < PEOPLE; n += 1) {
    if (how === 'KEPT' && follower.keepText(person(n))) continue;
    follower.beginText(person(n));
    for (let kind = 0; kind < KINDS.length; kind += 1) follower.claimText(KINDS[kind], rows[n][kind]);
  }
  follower.finish();
}

/** In no order, a tenth of them for keys that nobody has; each answer is checked. */
function lookUp(kind) {
  const place = KINDS.indexOf(kind);
  const asked = Array.from({ length: PEOPLE }, (_, n) => (n * 7919) % PEOPLE);
  const keys = asked.map((n) => fresh(n % MISSES_EACH === 0 ? `nobody-${n}` : rows[n][place]));
  const found = new Int32Array(PEOPLE);
  const passes = Array.from({ length: PASSES }, () =>
    timed(() => {
      for (let at = 0; at < PEOPLE; at += 1) found[at] = index.find(kind, keys[at]);
    }),
  );
  const ms = passes.sort((a, b) => a - b)[PASSES >> 1];
  const wrong = asked.findIndex((n, at) => found[at] !== (n % MISSES_EACH === 0 ? -1 : n));
  if (wrong >= 0) throw new Error(`the ${kind} of ${person(asked[wrong])} led to another person`);
  console.log(`  look-ups by ${kind.padEnd(14)} ${count(PEOPLE / (ms / 1000))} a second`);
}

/** A text as it comes out of a row: decoded just now, in one piece. */
function fresh(text) {
  return Buffer.from(text, 'latin1').toString('latin1');
}

/** Processor time: nothing here waits, and other work on the machine should not count. */
function timed(work) {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

function tell(what, ms) {
  console.log(`  ${what.padEnd(58)} ${(ms / 1000).toFixed(2)} s`);
}
