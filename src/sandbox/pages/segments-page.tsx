import type { Consequences } from '../consequences/consequences.ts';
import { buildProgress, type Segment } from '../segments/segment.ts';
import { conditionInWords, type SegmentName } from './condition-words.ts';
import { DefineCard } from './define-card.tsx';
import type { Page, PageRequest } from './page.ts';
import { Badge, Card, type Column, Empty, Foreign, Head, Table } from './parts.tsx';
import { segmentNames } from './segment-names.ts';
import { grouped } from './time-words.ts';

const COLUMNS: readonly Column[] = [
  { name: 'Segment' },
  { name: 'Who is in it', kind: 'wide' },
  { name: 'Used by', kind: 'wide' },
  { name: 'People', kind: 'num' },
];

/** All segments with how many are in them. */
export function segmentsPage({ core }: PageRequest): Page {
  const consequences = core.workspace.consequences();
  const segments = consequences.segments.all();
  const nowMs = core.clock.nowMs();
  return {
    title: 'Segments',
    section: 'segments',
    content: (
      <>
        <Head
          title="Segments"
          lead="Groups of people, kept up to date as people change and as time passes."
        />
        <Card title="Segments" live="segments">
          {segments.length === 0 ? (
            <Empty>
              <p>None yet. Define some below, in a workspace file (--workspace), or through the App API.</p>
            </Empty>
          ) : (
            <Table columns={COLUMNS}>
              {segments.map((segment) => (
                <SegmentRow
                  key={segment.definition.id}
                  segment={segment}
                  consequences={consequences}
                  nowMs={nowMs}
                />
              ))}
            </Table>
          )}
        </Card>
        <DefineCard path="/segments" />
      </>
    ),
  };
}

interface SegmentRowProps {
  readonly segment: Segment;
  readonly consequences: Consequences;
  readonly nowMs: number;
}

function SegmentRow({ segment, consequences, nowMs }: SegmentRowProps) {
  const { id, name } = segment.definition;
  const users = consequences.campaignsUsing(id).length;
  return (
    <tr>
      <td class="person">
        <a href={`/segments/${id}`}>
          <Foreign text={name} />
        </a>{' '}
        <SegmentState segment={segment} nowMs={nowMs} />
      </td>
      <td class="wide value soft">{segmentInWords(segment, segmentNames(consequences))}</td>
      <td class="wide nowrap soft">{users === 0 ? '' : users === 1 ? '1 campaign' : `${users} campaigns`}</td>
      <td class="num">{grouped(segment.members.count)}</td>
    </tr>
  );
}

export function SegmentState({ segment, nowMs }: { readonly segment: Segment; readonly nowMs: number }) {
  const { state, progress } = buildProgress(segment, nowMs);
  if (state === 'finished') return null;
  return <Badge tone="warn">{state === 'build' ? `being built: ${progress} %` : 'waits to be built'}</Badge>;
}

export function segmentInWords({ definition: { type, when } }: Segment, nameOf: SegmentName): string {
  if (when !== undefined) return conditionInWords(when, nameOf);
  return type === 'manual' ? 'whoever is added by hand or by a call' : 'nobody: it has no condition';
}
