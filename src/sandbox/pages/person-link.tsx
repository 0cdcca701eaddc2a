import type { Identifiers, Person } from '../state/person.ts';
import type { WorkspaceState } from '../state/workspace-state.ts';
import { Badge, Foreign } from './parts.tsx';
import { calledBy, identifierOf, nameOf } from './person-words.ts';

/** The cio_id stands in the address: it tells nothing about the person. */
export function personHref(state: WorkspaceState, person: Person): string {
  return `/people/${state.people.cioIdOf(person.serial)}`;
}

interface PersonLinkProps {
  readonly state: WorkspaceState;
  readonly person: Person | undefined;
  /** Whom the activity named, where nobody was there. */
  readonly named?: Identifiers | undefined;
}

/** A person in a table; one who is gone, or never was, is named without a link. */
export function PersonLink({ state, person, named }: PersonLinkProps) {
  if (person === undefined) {
    const text = named?.id ?? named?.email ?? named?.phone;
    return text === undefined || text === null ? (
      <span class="faint">nobody</span>
    ) : (
      <>
        <Foreign text={text} /> <Badge tone="quiet">nobody has it</Badge>
      </>
    );
  }
  if (person.status === 'suppressed') return <span class="faint">suppressed person</span>;
  if (person.status === 'deleted') {
    return (
      <>
        <Foreign text={calledBy(person)} /> <Badge tone="quiet">deleted</Badge>
      </>
    );
  }
  return (
    <a href={personHref(state, person)}>
      <Foreign text={calledBy(person)} />
    </a>
  );
}

/** Name and, under it, the identifier. */
export function PersonCell({ state, person }: { readonly state: WorkspaceState; readonly person: Person }) {
  return (
    <>
      <PersonLink state={state} person={person} />
      {nameOf(person) === undefined ? null : (
        <div class="hint">
          <Foreign text={identifierOf(person)} />
        </div>
      )}
    </>
  );
}
