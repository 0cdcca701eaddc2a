import { literalOf } from '../state/attribute-set.ts';
import { isUnsubscribed, type Person } from '../state/person.ts';
import type { WorkspaceState } from '../state/workspace-state.ts';
import { type FoundPeople, findPeople } from './find-people.ts';
import { hrefWith, numberIn } from './links.ts';
import type { Page, PageRequest } from './page.ts';
import { Badge, Card, type Column, Empty, Head, Pager, Table, When } from './parts.tsx';
import { PersonCell } from './person-link.tsx';
import { counted, grouped } from './time-words.ts';

const COLUMNS: readonly Column[] = [
  { name: 'Person' },
  { name: 'Id', kind: 'wide' },
  { name: 'Attributes', kind: 'num' },
  { name: 'Created', kind: 'wide' },
  { name: 'E-mail' },
];

/** Everybody, the newest first, with a search. */
export function peoplePage({ core, request: { query } }: PageRequest): Page {
  const state = core.workspace.state();
  const text = query.get('q') ?? '';
  const before = numberIn(query, 'before');
  const found = findPeople(state, text, before);
  const nowMs = core.clock.nowMs();
  return {
    title: 'People',
    section: 'people',
    content: (
      <>
        <Head
          title="People"
          lead={`${counted(state.people.liveCount, 'person', 'people')} in this workspace.`}
        >
          <SearchForm text={text} />
        </Head>
        <Card
          title={text === '' ? 'Newest first' : 'Found'}
          aside={text === '' ? undefined : <a href="/people">Show everybody</a>}
          live={before === undefined ? 'people' : undefined}
        >
          {found.people.length === 0 ? (
            <Nobody hasText={text !== ''} />
          ) : (
            <Table columns={COLUMNS}>
              {found.people.map((person) => (
                <PersonRow key={person.serial} state={state} person={person} nowMs={nowMs} />
              ))}
            </Table>
          )}
          <PeoplePager found={found} text={text} before={before} />
        </Card>
      </>
    ),
  };
}

function SearchForm({ text }: { readonly text: string }) {
  return (
    <form class="search" method="get" action="/people">
      <input
        type="search"
        name="q"
        value={text}
        placeholder="Name, e-mail, id, or plan=gold"
        aria-label="Search people"
        autocomplete="off"
      />
      <button type="submit">Search</button>
    </form>
  );
}

interface PersonRowProps {
  readonly state: WorkspaceState;
  readonly person: Person;
  readonly nowMs: number;
}

function PersonRow({ state, person, nowMs }: PersonRowProps) {
  return (
    <tr>
      <td>
        <PersonCell state={state} person={person} />
      </td>
      <td class="wide value">
        {person.id === null ? <span class="faint">none</span> : <code>{person.id}</code>}
      </td>
      <td class="num">{grouped(person.attributes.names.length)}</td>
      <td class="wide nowrap">
        <When atMs={person.createdAt * 1000} nowMs={nowMs} />
      </td>
      <td>
        <Subscription person={person} />
      </td>
    </tr>
  );
}

export function Subscription({ person }: { readonly person: Person }) {
  if (person.email === null) return <Badge tone="warn">no address</Badge>;
  return isUnsubscribed(literalOf(person.attributes, 'unsubscribed')) ? (
    <Badge tone="bad">unsubscribed</Badge>
  ) : (
    <Badge tone="good">subscribed</Badge>
  );
}

function Nobody({ hasText }: { readonly hasText: boolean }) {
  return (
    <Empty>
      {hasText ? (
        <p>Nobody has this in an identifier or an attribute.</p>
      ) : (
        <p>Nobody is here yet. People appear as soon as something is sent: the overview says how.</p>
      )}
    </Empty>
  );
}

interface PeoplePagerProps {
  readonly found: FoundPeople;
  readonly text: string;
  readonly before: number | undefined;
}

function PeoplePager({ found: { next, isPaused }, text, before }: PeoplePagerProps) {
  const newest = before === undefined ? undefined : hrefWith('/people', { q: text });
  const older = next === undefined ? undefined : hrefWith('/people', { q: text, before: next });
  if (!isPaused) return <Pager newest={newest} older={older} />;
  return (
    <div class="pager">
      <span class="faint">Not everybody has been looked at yet.</span>
      <a href={older}>Search on →</a>
    </div>
  );
}
