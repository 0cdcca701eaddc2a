import type { LoggedRequest } from '../http/request-log.ts';
import { notFoundPage } from './not-found-page.tsx';
import type { Page, PageRequest } from './page.ts';
import { Card, type Column, Empty, Foreign, Head, Table, When } from './parts.tsx';
import { FaultBadges, StatusBadge } from './requests-page.tsx';
import { grouped } from './time-words.ts';

/** One request: what was sent, what was answered, and which items were refused for what. */
export function requestPage({ core, parameters }: PageRequest): Page {
  const entry = core.requests.byNumber(Number(parameters['number']));
  if (entry === undefined)
    return notFoundPage('requests', 'The request log does not hold this request any more.');
  const nowMs = core.clock.nowMs();
  return {
    title: `Request ${entry.number}`,
    section: 'requests',
    content: (
      <>
        <Head title={`Request ${entry.number}`}>
          <a href="/requests">All requests</a>
        </Head>
        <FactsCard entry={entry} nowMs={nowMs} />
        {entry.refusals === undefined ? null : <RefusalsCard entry={entry} />}
        {entry.body === undefined && entry.answer === undefined ? (
          <Card title="Bodies">
            <Empty>
              <p>
                Bodies were not kept. Choose “Keep bodies too” on the page of requests, and send it again.
              </p>
            </Empty>
          </Card>
        ) : (
          <>
            <BodyCard title="Sent" text={entry.body ?? ''} />
            <BodyCard title="Answered" text={entry.answer ?? ''} />
          </>
        )}
      </>
    ),
  };
}

function FactsCard({ entry, nowMs }: { readonly entry: LoggedRequest; readonly nowMs: number }) {
  return (
    <Card title="Facts">
      <div class="body">
        <dl class="facts">
          <dt>Call</dt>
          <dd>
            <code>
              {entry.method} {entry.path}
            </code>
          </dd>
          <dt>Answer</dt>
          <dd>
            <StatusBadge entry={entry} /> <FaultBadges entry={entry} />
          </dd>
          <dt>When</dt>
          <dd>
            <When atMs={Date.parse(entry.time)} nowMs={nowMs} />
          </dd>
          <dt>Items</dt>
          <dd>
            {grouped(entry.items)}, of them {grouped(entry.refused)} refused
          </dd>
          <dt>Size</dt>
          <dd>{grouped(entry.bytes)} bytes</dd>
          <dt>Took</dt>
          <dd>{grouped(entry.duration_ms)} ms</dd>
        </dl>
      </div>
    </Card>
  );
}

const COLUMNS: readonly Column[] = [
  { name: 'Item', kind: 'num' },
  { name: 'Reason' },
  { name: 'Field' },
  { name: 'Message' },
];

function RefusalsCard({ entry: { refusals = [], refused } }: { readonly entry: LoggedRequest }) {
  return (
    <Card title="Refused items" aside={`the first ${refusals.length} reasons, ${grouped(refused)} items`}>
      <Table columns={COLUMNS}>
        {refusals.map(({ index, problem }, at) => (
          <tr key={`${index} ${at}`}>
            <td class="num">{index}</td>
            <td>{problem.reason}</td>
            <td class="value">
              <Foreign text={problem.field} />
            </td>
            <td class="value">{problem.message}</td>
          </tr>
        ))}
      </Table>
    </Card>
  );
}

/** A body may be half a megabyte; the log keeps all of it. */
const CHARACTERS_SHOWN_MAX = 100_000;

function BodyCard({ title, text }: { readonly title: string; readonly text: string }) {
  const pretty = prettyJson(text);
  const isCut = pretty.length > CHARACTERS_SHOWN_MAX;
  return (
    <Card title={title} aside={isCut ? `the first ${grouped(CHARACTERS_SHOWN_MAX)} characters` : undefined}>
      {text === '' ? (
        <Empty>
          <p>Nothing.</p>
        </Empty>
      ) : (
        <pre>{pretty.slice(0, CHARACTERS_SHOWN_MAX)}</pre>
      )}
    </Card>
  );
}

/** Indented only where that keeps every digit. */
function prettyJson(text: string): string {
  try {
    const value: unknown = JSON.parse(text);
    return JSON.stringify(value) === text.trim() ? JSON.stringify(value, null, 2) : text;
  } catch {
    return text;
  }
}
