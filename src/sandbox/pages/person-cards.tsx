import { literalAsString } from '../json/json-text.ts';
import type { SandboxCore } from '../sandbox-core.ts';
import { type AttributeSet, literalsOf } from '../state/attribute-set.ts';
import type { Person } from '../state/person.ts';
import type { WorkspaceState } from '../state/workspace-state.ts';
import { JourneyTable, journeyPage } from './journey-table.tsx';
import { MessageTable, messagePage } from './message-table.tsx';
import { Badge, Card, Foreign, When } from './parts.tsx';

interface OwnerProps {
  readonly state: WorkspaceState;
  readonly person: Person;
}

/** Left out where the workspace has no segments. */
export function SegmentsCard({ core, person }: { readonly core: SandboxCore; readonly person: Person }) {
  const { segments } = core.workspace.consequences();
  if (segments.count === 0) return null;
  const own = segments.of(person.serial);
  return (
    <Card title="Segments" aside={`${own.length} of ${segments.count}`} live="person-segments">
      <div class="body badges">
        {own.length === 0 ? <span class="faint">In none.</span> : null}
        {own.map(({ definition: { id, name } }) => (
          <a key={id} class="badge good" href={`/segments/${id}`}>
            {name}
          </a>
        ))}
      </div>
    </Card>
  );
}

const JOURNEYS_SHOWN_MAX = 20;

/** Journeys of a person and the messages they would have got. Left out where there were none. */
export function JourneysCard({ core, person }: { readonly core: SandboxCore; readonly person: Person }) {
  const consequences = core.workspace.consequences();
  const { journeys } = journeyPage(
    consequences.journeys.ofPerson(person.serial),
    undefined,
    JOURNEYS_SHOWN_MAX,
  );
  const { messages } = messagePage(consequences, { person: person.serial, limit: JOURNEYS_SHOWN_MAX });
  return (
    <>
      {journeys.length === 0 ? null : (
        <Card title="Journeys" live="person-journeys">
          <JourneyTable core={core} journeys={journeys} shows="campaign" />
        </Card>
      )}
      {messages.length === 0 ? null : (
        <Card title="Messages that would have been sent" live="person-messages">
          <MessageTable core={core} messages={messages} />
        </Card>
      )}
    </>
  );
}

/** Left out where there are none. */
export function DevicesCard({ state, person, nowMs }: OwnerProps & { readonly nowMs: number }) {
  const devices = state.devices.of(person.serial);
  if (devices.length === 0) return null;
  return (
    <Card title="Devices" aside={String(devices.length)}>
      <div class="body">
        {devices.map(({ token, platform, lastUsed }) => (
          <p key={token}>
            <Badge>{platform}</Badge> <code>{token}</code>
            <br />
            <span class="hint">
              last used <When atMs={lastUsed * 1000} nowMs={nowMs} />
            </span>
          </p>
        ))}
      </div>
    </Card>
  );
}

/** Objects looked through for one person's relationships. */
const OBJECTS_SCANNED_MAX = 100_000;

export function RelationshipsCard({ state, person }: OwnerProps) {
  const related = relationshipsOf(state, person);
  if (related.length === 0) return null;
  return (
    <Card title="Relationships" aside={String(related.length)}>
      <div class="body">
        {related.map(({ objectTypeId, objectId, attributes }) => (
          <p key={`${objectTypeId} ${objectId}`}>
            <Badge tone="quiet">type {objectTypeId}</Badge> <Foreign text={objectId} />
            <AttributesInline attributes={attributes} />
          </p>
        ))}
      </div>
    </Card>
  );
}

function relationshipsOf(state: WorkspaceState, person: Person) {
  const related: { objectTypeId: string; objectId: string; attributes: AttributeSet }[] = [];
  let scanned = 0;
  for (const { objectTypeId, objectId, people } of state.objects.all()) {
    const attributes = people.get(person.serial);
    if (attributes !== undefined) related.push({ objectTypeId, objectId, attributes });
    scanned += 1;
    if (scanned === OBJECTS_SCANNED_MAX) break;
  }
  return related;
}

function AttributesInline({ attributes }: { readonly attributes: AttributeSet }) {
  const literals = literalsOf(attributes);
  if (literals.length === 0) return null;
  return (
    <span class="props">
      {attributes.names.names.map((name, at) => (
        <span key={name}>
          {' · '}
          <Foreign text={name} />{' '}
          <b>
            <Foreign text={literalAsString(literals[at] ?? '')} />
          </b>
        </span>
      ))}
    </span>
  );
}
