import type { LoggedRequest, RequestLog } from '../http/request-log.ts';
import { choiceIn, hrefWith, numberIn } from './links.ts';
import type { Page, PageRequest } from './page.ts';
import { Badge, Card, type Column, Empty, Head, Pager, Table, Tabs, type Tone, When } from './parts.tsx';
import { counted, grouped } from './time-words.ts';

const PAGE_SIZE = 50;

interface View {
  readonly label: string;
  readonly isShown: (entry: LoggedRequest) => boolean;
}

const VIEWS = {
  all: { label: 'All', isShown: () => true },
  refused: { label: 'Refused', isShown: isRefused },
  faults: { label: 'Struck by a fault', isShown: (entry) => entry.faults.length > 0 },
} as const satisfies Readonly<Record<string, View>>;

function isRefused({ status, refused }: LoggedRequest): boolean {
  return status >= 400 || refused > 0;
}

/** The request log, newest first. */
export function requestsPage({ core, request: { query } }: PageRequest): Page {
  const { requests } = core;
  const chosen = choiceIn(query, 'only', VIEWS);
  const before = numberIn(query, 'before');
  const { entries, next } = pageOf(requests, VIEWS[chosen].isShown, before);
  const href = (only: string, cursor?: number) =>
    hrefWith('/requests', { only: only === 'all' ? undefined : only, before: cursor });
  const tabs = Object.entries(VIEWS).map(([only, { label }]) => ({
    label,
    href: href(only),
    isCurrent: only === chosen,
  }));
  return {
    title: 'Requests',
    section: 'requests',
    content: (
      <>
        <Head
          title="Requests"
          lead={`${counted(requests.entries().length, 'request')} kept. ${modeInWords(requests)}`}
        >
          <LogForms requests={requests} />
        </Head>
        <Card
          title="Newest first"
          aside={<Tabs tabs={tabs} label="Which requests" />}
          live={before === undefined ? 'requests' : undefined}
        >
          {entries.length === 0 ? (
            <Empty>
              <p>{requests.mode === 'off' ? 'The request log is off.' : 'No such requests.'}</p>
            </Empty>
          ) : (
            <RequestTable entries={entries} nowMs={core.clock.nowMs()} />
          )}
          <Pager
            newest={before === undefined ? undefined : href(chosen)}
            older={next === undefined ? undefined : href(chosen, next)}
          />
        </Card>
      </>
    ),
  };
}

function pageOf(
  requests: RequestLog,
  isShown: (entry: LoggedRequest) => boolean,
  before: number | undefined,
) {
  const all = requests.entries();
  const entries: LoggedRequest[] = [];
  for (let at = all.length - 1; at >= 0; at -= 1) {
    const entry = all[at];
    if (entry === undefined || (before !== undefined && entry.number >= before) || !isShown(entry)) continue;
    if (entries.length === PAGE_SIZE) return { entries, next: entries.at(-1)?.number };
    entries.push(entry);
  }
  return { entries, next: undefined };
}

function modeInWords({ mode }: RequestLog): string {
  switch (mode) {
    case 'off':
      return 'New ones are not kept.';
    case 'on':
      return 'Bodies are not kept; keep them to see what was sent.';
    case 'bodies':
      return 'What was sent and answered is kept for the newest.';
  }
}

function LogForms({ requests: { mode } }: { readonly requests: RequestLog }) {
  return (
    <form method="post" action="/requests" class="row">
      <select name="log" aria-label="What to keep">
        <option value="on" selected={mode === 'on'}>
          Keep the facts
        </option>
        <option value="bodies" selected={mode === 'bodies'}>
          Keep bodies too
        </option>
        <option value="off" selected={mode === 'off'}>
          Keep nothing
        </option>
      </select>
      <button type="submit" name="action" value="mode">
        Set
      </button>
      <button type="submit" name="action" value="clear">
        Empty the log
      </button>
    </form>
  );
}

const COLUMNS: readonly Column[] = [
  { name: 'When' },
  { name: 'Call' },
  { name: 'Answer' },
  { name: 'Items', kind: 'num' },
  { name: 'Bytes', kind: 'wide' },
  { name: 'Took', kind: 'wide' },
];

function RequestTable({
  entries,
  nowMs,
}: {
  readonly entries: readonly LoggedRequest[];
  readonly nowMs: number;
}) {
  return (
    <Table columns={COLUMNS}>
      {entries.map((entry) => (
        <tr key={entry.number}>
          <td class="nowrap">
            <a href={`/requests/${entry.number}`}>
              <When atMs={Date.parse(entry.time)} nowMs={nowMs} />
            </a>
          </td>
          <td class="value">
            <code>
              {entry.method} {shownPath(entry)}
            </code>
            <FaultBadges entry={entry} />
          </td>
          <td class="nowrap">
            <StatusBadge entry={entry} />
          </td>
          <td class="num">{itemsInWords(entry)}</td>
          <td class="wide nowrap faint">{grouped(entry.bytes)}</td>
          <td class="wide nowrap faint">{grouped(entry.duration_ms)} ms</td>
        </tr>
      ))}
    </Table>
  );
}

const PATH_SHOWN_MAX = 120;

function shownPath({ path }: LoggedRequest): string {
  return path.length <= PATH_SHOWN_MAX ? path : `${path.slice(0, PATH_SHOWN_MAX)}…`;
}

export function FaultBadges({ entry: { faults } }: { readonly entry: LoggedRequest }) {
  if (faults.length === 0) return null;
  return (
    <span class="badges">
      {faults.map((name) => (
        <Badge key={name} tone="warn">
          {name}
        </Badge>
      ))}
    </span>
  );
}

export function StatusBadge({ entry: { status } }: { readonly entry: LoggedRequest }) {
  return <Badge tone={statusTone(status)}>{status === 0 ? 'no answer' : String(status)}</Badge>;
}

function statusTone(status: number): Tone {
  if (status === 200) return 'good';
  return status === 0 || status >= 400 ? 'bad' : 'warn';
}

function itemsInWords({ items, refused }: LoggedRequest): string {
  return refused === 0 ? grouped(items) : `${grouped(items)}, ${grouped(refused)} refused`;
}
