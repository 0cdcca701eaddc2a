import type { Model } from '../contract/contract.ts';
import type { WorkspaceLock } from '../contract/lock.ts';
import type { DeclaredDefinition, Definition } from './definition.ts';

/** A definition under which something was sent, or which was accepted to be sent. */
export interface PublishedDefinition extends Definition {
  readonly model?: string | undefined;
  /** Column of the query, where it has another name. */
  readonly column?: string | undefined;
  /** Day of the first sync that sent it in this version; undefined until then. */
  readonly since?: string | undefined;
  /** Undefined: 1. */
  readonly version?: number | undefined;
  /** Why its meaning was changed in this version. */
  readonly reason?: string | undefined;
}

export interface PublishedEvent {
  /** Undefined until the event itself was sent. */
  readonly definition: PublishedDefinition | undefined;
  readonly properties: ReadonlyMap<string, PublishedDefinition>;
}

/** A definition that is sent under a new version for the first time. */
export interface NewVersion {
  readonly name: string;
  readonly version: number;
  readonly reason: string | undefined;
}

export function publishedOf(
  lock: WorkspaceLock,
  model: Model,
  kind: DeclaredDefinition['kind'],
  name: string,
): PublishedDefinition | undefined {
  if (model.kind === 'people') return lock.attributes.get(name);
  if (model.kind === 'identities') return undefined;
  const event = lock.events.get(model.event);
  return kind === 'event' ? event?.definition : event?.properties.get(name);
}

/** The lock with a definition of a model in the place of the published one. */
export function withDefinition(
  lock: WorkspaceLock,
  model: Model,
  { kind, name }: Pick<DeclaredDefinition, 'kind' | 'name'>,
  definition: PublishedDefinition,
): WorkspaceLock {
  if (model.kind === 'people') {
    return { ...lock, attributes: new Map([...lock.attributes, [name, definition]]) };
  }
  if (model.kind === 'identities') return lock;
  const before = lock.events.get(model.event) ?? { definition: undefined, properties: new Map() };
  const after: PublishedEvent =
    kind === 'event'
      ? { ...before, definition }
      : { ...before, properties: new Map([...before.properties, [name, definition]]) };
  return { ...lock, events: new Map([...lock.events, [model.event, after]]) };
}

/** A declared definition as it stands in the lock file. */
export function toPublished(
  model: Model,
  { definition, column, name }: DeclaredDefinition,
  more: Pick<PublishedDefinition, 'since' | 'version' | 'reason'>,
): PublishedDefinition {
  return { model: model.name, ...definition, column: column === name ? undefined : column, ...more };
}
