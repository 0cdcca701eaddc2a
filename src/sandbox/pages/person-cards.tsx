import { literalAsString } from '../json/json-text.ts';
import { type AttributeSet, literalsOf } from '../state/attribute-set.ts';
import type { Person } from '../state/person.ts';
import type { WorkspaceState } from '../state/workspace-state.ts';
import { Badge, Card, Foreign, When } from './parts.tsx';

interface OwnerProps {
  readonly state: WorkspaceState;
  readonly person: Person;
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
