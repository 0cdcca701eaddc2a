import type { SandboxCore } from '../sandbox-core.ts';
import type { Page, PageRequest } from './page.ts';
import { Card, type Column, Empty, Foreign, Head, Table, When } from './parts.tsx';
import { counted, dayAndTime, grouped, rateInWords } from './time-words.ts';

/** Steps of the clock that one wants most: around a wait of minutes, the 72 hours, a monthly order. */
const STEPS: readonly (readonly [string, string])[] = [
  ['30m', '30 minutes'],
  ['1h', '1 hour'],
  ['1d', '1 day'],
  ['3d', '3 days'],
  ['7d', '7 days'],
  ['30d', '30 days'],
];

const RATES: readonly (readonly [number, string])[] = [
  [1, 'real time'],
  [0, 'stand still'],
  [60, 'a minute each second'],
  [3600, 'an hour each second'],
  [86_400, 'a day each second'],
];

/** The clock that everything inside follows; snapshots; the reset. */
export function clockPage({ core }: PageRequest): Page {
  return {
    title: 'Clock and reset',
    section: 'clock',
    content: (
      <>
        <Head
          title="Clock and reset"
          lead="Waits, windows and delays follow this clock. Move it on to see what happens in three weeks."
        />
        <ClockCard core={core} />
        <SnapshotsCard core={core} />
        <ResetCard />
      </>
    ),
  };
}

function ClockCard({ core }: { readonly core: SandboxCore }) {
  const { nowMs, rate } = core.clock.reading();
  const pending = core.workspace.pendingCount();
  return (
    <Card title="Clock">
      <div class="body">
        <p id="clock-now" data-live="">
          <b>{dayAndTime(nowMs)}</b> UTC, {rateInWords(rate)}.{' '}
          {pending === 0 ? null : `${counted(pending, 'change')} accepted and not yet visible.`}
        </p>
        <form method="post" action="/clock" class="row">
          {STEPS.map(([step, label]) => (
            <button key={step} type="submit" name="step" value={step}>
              + {label}
            </button>
          ))}
        </form>
        <div class="row">
          <StepForm />
          <SetForm nowMs={nowMs} />
          <RateForm rate={rate} />
        </div>
      </div>
    </Card>
  );
}

function StepForm() {
  return (
    <form method="post" action="/clock" class="row">
      <label>
        Move it on by
        <input type="text" name="step" placeholder="21d, 90m, 45s" required size={10} />
      </label>
      <button type="submit">Move</button>
    </form>
  );
}

function SetForm({ nowMs }: { readonly nowMs: number }) {
  return (
    <form method="post" action="/clock" class="row">
      <label>
        Set it to (UTC)
        <input
          type="datetime-local"
          name="now"
          step="1"
          value={new Date(nowMs).toISOString().slice(0, 19)}
          required
        />
      </label>
      <button type="submit">Set</button>
    </form>
  );
}

function RateForm({ rate }: { readonly rate: number }) {
  const others = RATES.some(([known]) => known === rate) ? [] : [[rate, rateInWords(rate)] as const];
  return (
    <form method="post" action="/clock" class="row">
      <label>
        Speed
        <select name="rate">
          {[...RATES, ...others].map(([value, label]) => (
            <option key={value} value={String(value)} selected={value === rate}>
              {label}
            </option>
          ))}
        </select>
      </label>
      <button type="submit">Run</button>
    </form>
  );
}

const COLUMNS: readonly Column[] = [
  { name: 'Name' },
  { name: 'Clock' },
  { name: 'People', kind: 'num' },
  { name: 'Events', kind: 'num' },
  { name: '' },
];

function SnapshotsCard({ core }: { readonly core: SandboxCore }) {
  const snapshots = core.snapshots.list();
  const nowMs = core.clock.nowMs();
  return (
    <Card title="Snapshots" aside="the whole state, to come back to; in memory">
      {snapshots.length === 0 ? (
        <Empty>
          <p>None taken.</p>
        </Empty>
      ) : (
        <Table columns={COLUMNS}>
          {snapshots.map(([name, { takenAtMs, people, events }]) => (
            <tr key={name}>
              <td class="value">
                <Foreign text={name} />
              </td>
              <td class="nowrap">
                <When atMs={takenAtMs} nowMs={nowMs} />
              </td>
              <td class="num">{grouped(people)}</td>
              <td class="num">{grouped(events)}</td>
              <td>
                <form method="post" action="/snapshots">
                  <input type="hidden" name="name" value={name} />
                  <button type="submit" name="action" value="restore" class="plain">
                    Restore
                  </button>
                </form>
              </td>
            </tr>
          ))}
        </Table>
      )}
      <form method="post" action="/snapshots" class="body row">
        <label>
          Name
          <input type="text" name="name" maxlength={100} placeholder="before the backfill" required />
        </label>
        <button type="submit" name="action" value="take">
          Take a snapshot
        </button>
      </form>
    </Card>
  );
}

function ResetCard() {
  return (
    <Card title="Reset">
      <form method="post" action="/reset" class="body">
        <p class="soft">
          Empties the workspace: as just started, with a new environment id, so that Millrace knows that it
          begins anew. Snapshots are kept.
        </p>
        <div class="row">
          <label class="check">
            <input type="checkbox" name="sure" value="yes" required /> Forget everything
          </label>
          <button type="submit" class="danger">
            Reset
          </button>
        </div>
      </form>
    </Card>
  );
}
