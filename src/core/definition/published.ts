import { collectionOf, isKeyed, type Model, makesEvents } from '../contract/contract.ts';
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

/** Things of one sort, such as the objects of one type. */
export interface PublishedCollection {
  /** Which things there are. */
  readonly definition: PublishedDefinition | undefined;
  readonly attributes: ReadonlyMap<string, PublishedDefinition>;
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
  if (kind === 'event' && makesEvents(model)) return lock.events.get(model.event)?.definition;
  if (kind === 'rows' && isKeyed(model)) return lock.collections.get(collectionOf(model))?.definition;
  return publishedFields(lock, model).get(name);
}

/** What is published of the attributes or properties of whatever the model sends. */
export function publishedFields(lock: WorkspaceLock, model: Model): ReadonlyMap<string, PublishedDefinition> {
  if (makesEvents(model)) return lock.events.get(model.event)?.properties ?? NOTHING;
  if (isKeyed(model)) return lock.collections.get(collectionOf(model))?.attributes ?? NOTHING;
  return model.kind === 'people' ? lock.attributes : NOTHING;
}

const NOTHING: ReadonlyMap<string, PublishedDefinition> = new Map();

/** The lock with a definition of a model in the place of the published one. */
export function withDefinition(
  lock: WorkspaceLock,
  model: Model,
  { kind, name }: Pick<DeclaredDefinition, 'kind' | 'name'>,
  definition: PublishedDefinition,
): WorkspaceLock {
  const fields = new Map(publishedFields(lock, model));
  if (kind === 'attribute' || kind === 'property') fields.set(name, definition);
  if (makesEvents(model)) {
    const whole = kind === 'event' ? definition : lock.events.get(model.event)?.definition;
    const event: PublishedEvent = { definition: whole, properties: fields };
    return { ...lock, events: new Map([...lock.events, [model.event, event]]) };
  }
  if (isKeyed(model)) {
    const collection = collectionOf(model);
    const whole = kind === 'rows' ? definition : lock.collections.get(collection)?.definition;
    const after: PublishedCollection = { definition: whole, attributes: fields };
    return { ...lock, collections: new Map([...lock.collections, [collection, after]]) };
  }
  return model.kind === 'people' ? { ...lock, attributes: fields } : lock;
}

/** A declared definition as it stands in the lock file. */
export function toPublished(
  model: Model,
  { definition, column, name }: DeclaredDefinition,
  more: Pick<PublishedDefinition, 'since' | 'version' | 'reason'>,
): PublishedDefinition {
  return { model: model.name, ...definition, column: column === name ? undefined : column, ...more };
}
