import type { CanonicalIdentifier, Model } from '../contract/contract.ts';
import type { WorkspaceLock } from '../contract/lock.ts';
import { canonicalSql } from '../sql/normal/canonical-sql.ts';
import { type DeclaredDefinition, declaredDefinitions } from './definition.ts';
import { changeTarget, type DefinitionChange } from './definition-change.ts';
import {
  type NewVersion,
  type PublishedDefinition,
  publishedOf,
  toPublished,
  withDefinition,
} from './published.ts';

/** What of a model is about to be sent; `names` undefined: everything. */
export interface Publication {
  readonly model: Model;
  readonly names: readonly string[] | undefined;
  readonly canonical: CanonicalIdentifier;
  /** `2026-11-24`. */
  readonly today: string;
}

export interface Published {
  readonly lock: WorkspaceLock;
  readonly newVersions: readonly NewVersion[];
}

/**
 * The lock with what is sent now. What was published before stays, and follows harmless changes. Called only
 * when no meaning has changed without somebody saying so.
 */
export function publishDefinitions(lock: WorkspaceLock, publication: Publication): Published {
  const { model, canonical, names } = publication;
  let after = lock;
  const newVersions: NewVersion[] = [];
  for (const declared of declaredDefinitions(model, canonical)) {
    const before = publishedOf(lock, model, declared.kind, declared.name);
    const isWhole = declared.kind === 'event' || declared.kind === 'rows';
    const isSent = isWhole || (names?.includes(declared.name) ?? true);
    if (before === undefined && !isSent) continue;
    const definition = published(before, declared, { ...publication, isSent });
    const { version = 1, reason, since } = definition;
    if (version > 1 && since !== before?.since) newVersions.push({ name: declared.name, version, reason });
    after = withDefinition(after, model, declared, definition);
  }
  return { lock: withQuery(after, model), newVersions };
}

function published(
  before: PublishedDefinition | undefined,
  declared: DeclaredDefinition,
  { model, today, isSent }: Publication & { readonly isSent: boolean },
): PublishedDefinition {
  const version = Math.max(before?.version ?? 1, declared.version);
  const isNewVersion = before !== undefined && version > (before.version ?? 1);
  const since = isNewVersion ? undefined : before?.since;
  return toPublished(model, declared, {
    since: since ?? (isSent ? today : undefined),
    version: version === 1 ? undefined : version,
    reason: isNewVersion ? undefined : before?.reason,
  });
}

/** The text of the query is kept, to compare with later; one that means the same stays as it was. */
function withQuery(lock: WorkspaceLock, { name, sql }: Model): WorkspaceLock {
  const before = lock.queries.get(name);
  if (before !== undefined && canonicalSql(before).whole === canonicalSql(sql).whole) return lock;
  return { ...lock, queries: new Map([...lock.queries, [name, sql.trimEnd()]]) };
}

/** The lock after somebody accepted these changes: each is a new version, not yet sent. */
export function acceptChanges(
  lock: WorkspaceLock,
  changes: readonly DefinitionChange[],
  { canonical, reason }: { readonly canonical: CanonicalIdentifier; readonly reason: string },
): WorkspaceLock {
  return changes.reduce((known, change) => {
    const declared = declaredDefinitions(change.model, canonical).find(
      ({ kind, name }) => kind === change.kind && name === change.name,
    );
    if (declared === undefined) return known;
    const version = Math.max((change.published?.version ?? 1) + 1, declared.version);
    const definition = toPublished(change.model, declared, { since: undefined, version, reason });
    return withDefinition(known, change.model, change, definition);
  }, lock);
}

/** Whether what the user named covers the change: a model, or one thing of it. */
export function isNamed(change: DefinitionChange, targets: readonly string[]): boolean {
  return targets.includes(change.model.name) || targets.includes(changeTarget(change));
}
