import type { Segment } from '../segments/segment.ts';
import type { Person } from '../state/person.ts';
import type { WorkspaceState } from '../state/workspace-state.ts';
import { hrefWith, numberIn } from './links.ts';
import { notFoundPage } from './not-found-page.tsx';
import type { Page, PageRequest } from './page.ts';
import { Badge, Card, type Column, Empty, Foreign, Head, Pager, Table } from './parts.tsx';
import { Subscription } from './people-page.tsx';
import { PersonCell } from './person-link.tsx';
import { segmentNames } from './segment-names.ts';
import { SegmentState, segmentInWords } from './segments-page.tsx';
import { counted } from './time-words.ts';

const PAGE_SIZE = 50;

/** One segment: its condition in words, and its members. */
export function segmentPage({ core, request: { query }, parameters }: PageRequest): Page {
  const consequences = core.workspace.consequences();
  const segment = consequences.segments.get(Number(parameters['id']));
  if (segment === undefined) return notFoundPage('segments', 'There is no such segment.');
  const { id, name, type, description } = segment.definition;
  const campaigns = consequences.campaignsUsing(id);
  return {
    title: `Segment ${id}`,
    section: 'segments',
    content: (
      <>
        <Head title={<Foreign text={name} />} lead={segmentInWords(segment, segmentNames(consequences))}>
          <span class="badges">
            <Badge tone="quiet">{type === 'manual' ? 'manual' : 'data-driven'}</Badge>
            <SegmentState segment={segment} nowMs={core.clock.nowMs()} />
          </span>
        </Head>
        {description === '' ? null : <p class="soft">{description}</p>}
        {campaigns.length === 0 ? null : (
          <p class="soft">
            Used by{' '}
            {campaigns.map((campaign, at) => (
              <span key={campaign}>
                {at === 0 ? '' : ', '}
                <a href={`/campaigns/${campaign}`}>campaign {campaign}</a>
              </span>
            ))}
            .
          </p>
        )}
        <MembersCard state={core.workspace.state()} segment={segment} from={numberIn(query, 'from') ?? 0} />
      </>
    ),
  };
}

const COLUMNS: readonly Column[] = [{ name: 'Person' }, { name: 'Id', kind: 'wide' }, { name: 'E-mail' }];

interface MembersProps {
  readonly state: WorkspaceState;
  readonly segment: Segment;
  readonly from: number;
}

/** The oldest people first. */
function MembersCard({ state, segment, from }: MembersProps) {
  const { people, next } = membersFrom(state, segment, from);
  const path = `/segments/${segment.definition.id}`;
  return (
    <Card
      title="Members"
      aside={counted(segment.members.count, 'person', 'people')}
      live={from === 0 ? 'members' : undefined}
    >
      {people.length === 0 ? (
        <Empty>
          <p>Nobody.</p>
        </Empty>
      ) : (
        <Table columns={COLUMNS}>
          {people.map((person) => (
            <tr key={person.serial}>
              <td class="person">
                <PersonCell state={state} person={person} />
              </td>
              <td class="wide value">{person.id === null ? '' : <code>{person.id}</code>}</td>
              <td>
                <Subscription person={person} />
              </td>
            </tr>
          ))}
        </Table>
      )}
      <Pager
        newest={from === 0 ? undefined : path}
        older={next === undefined ? undefined : hrefWith(path, { from: next })}
        words={['← First', 'More →']}
      />
    </Card>
  );
}

function membersFrom(state: WorkspaceState, segment: Segment, from: number) {
  const people: Person[] = [];
  for (const serial of segment.members.serials(from)) {
    if (people.length === PAGE_SIZE) return { people, next: serial };
    const person = state.people.bySerial(serial);
    if (person !== undefined) people.push(person);
  }
  return { people, next: undefined };
}
