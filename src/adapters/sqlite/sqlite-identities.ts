import { CLAIM_WORDS } from '../../core/identity/claim-table.ts';
import type { Conflict, ConflictCode, OtherProfile } from '../../core/identity/conflict.ts';
import {
  EMPTY_LAYOUT,
  type IdentityBlock,
  type IdentityChanges,
  IdentityIndex,
  type IdentityLayout,
} from '../../core/identity/identity-index.ts';
import type { ConflictCount } from '../../core/plan/plan-summary.ts';
import type { Lease } from '../../core/state/lease.ts';
import type {
  ConflictReport,
  IdentityStore,
  Merge,
  PendingMove,
  StoredConflict,
} from '../../ports/identity-store.ts';
import { bytesToWords, checksum, wordsToBytes } from './packed-blob.ts';
import { damaged } from './sqlite-errors.ts';
import type { SqliteLeases } from './sqlite-leases.ts';
import type { Row, StateDatabase } from './state-database.ts';

/** Entries that replace others may gather until they are this many times those that count. */
const WASTE_FACTOR_MAX = 2;
const SLACK = 4096;

/** Blocks may gather until there are so many: each costs a little when a run begins. */
const BLOCKS_MAX = 64;

export class SqliteIdentities implements IdentityStore {
  private readonly database: StateDatabase;
  private readonly leases: SqliteLeases;
  private readonly keySeed: number;

  constructor(database: StateDatabase, leases: SqliteLeases) {
    this.database = database;
    this.leases = leases;
    this.keySeed = Number(database.meta('key_seed'));
  }

  async layout(): Promise<IdentityLayout> {
    const row = this.database.get("SELECT value FROM meta WHERE name = 'identity_layout'");
    return row === undefined ? EMPTY_LAYOUT : (JSON.parse(String(row['value'])) as IdentityLayout);
  }

  async claimCount(): Promise<number> {
    return Number(this.database.get('SELECT sum(claim_count) AS n FROM identity_block')?.['n'] ?? 0);
  }

  async *blocks(): AsyncIterable<IdentityBlock> {
    yield* this.storedBlocks();
  }

  async recordIdentities(
    lease: Lease,
    changes: IdentityChanges,
    moves: readonly PendingMove[],
  ): Promise<void> {
    const { layout, persons, claims, liveClaims } = changes;
    const isChanged = persons.length > 0 || claims.length > 0;
    this.write(lease, () => {
      this.replaceMoves(moves);
      if (!isChanged) return;
      this.setLayout(layout);
      this.append({ persons, claims });
      this.tidy(layout, liveClaims);
      this.database.run(
        "UPDATE meta SET value = CAST(CAST(value AS INTEGER) + 1 AS TEXT) WHERE name = 'version'",
      );
    });
  }

  async moves(): Promise<readonly PendingMove[]> {
    return this.database
      .all('SELECT * FROM identity_move ORDER BY to_address')
      .map((row) => ({ from: String(row['from_address']), to: String(row['to_address']) }));
  }

  async settleMoves(lease: Lease, moves: readonly PendingMove[]): Promise<void> {
    this.write(lease, () => {
      for (const { to, from } of moves) {
        this.database.run('DELETE FROM identity_move WHERE to_address = ? AND from_address = ?', to, from);
      }
    });
  }

  async recordConflicts(lease: Lease, { now, counts, conflicts }: ConflictReport): Promise<void> {
    this.write(lease, () => {
      for (const conflict of conflicts) this.putConflict(conflict, now);
      this.database.run('DELETE FROM identity_conflict WHERE last_seen_at < ?', now);
      this.database.run('DELETE FROM identity_conflict_count');
      for (const { code, detail, conflicts: number, people } of counts) {
        this.database.run(
          'INSERT INTO identity_conflict_count (code, detail, conflict_count, people_count) VALUES (?, ?, ?, ?)',
          code,
          detail,
          number,
          people,
        );
      }
    });
  }

  async conflicts(limit: number): Promise<readonly StoredConflict[]> {
    return this.database
      .all('SELECT * FROM identity_conflict ORDER BY code, detail, people LIMIT ?', limit)
      .map(toConflict);
  }

  async conflictCounts(): Promise<readonly ConflictCount[]> {
    return this.database
      .all('SELECT * FROM identity_conflict_count ORDER BY conflict_count DESC, code, detail')
      .map((row) => ({
        code: row['code'] as ConflictCode,
        detail: String(row['detail']),
        conflicts: Number(row['conflict_count']),
        people: Number(row['people_count']),
      }));
  }

  async recordMerge(lease: Lease, { secondary, primary, mergedAt }: Merge): Promise<void> {
    this.write(lease, () => {
      this.database.run(
        `INSERT INTO identity_merge (secondary, primary_person, merged_at) VALUES (?, ?, ?)
         ON CONFLICT DO UPDATE SET primary_person = excluded.primary_person, merged_at = excluded.merged_at`,
        secondary,
        primary,
        mergedAt,
      );
    });
  }

  async merges(): Promise<readonly Merge[]> {
    return this.database.all('SELECT * FROM identity_merge ORDER BY secondary').map((row) => ({
      secondary: String(row['secondary']),
      primary: String(row['primary_person']),
      mergedAt: Number(row['merged_at']),
    }));
  }

  private *storedBlocks(): Generator<IdentityBlock> {
    let lastId = 0;
    for (;;) {
      const row = this.database.get('SELECT * FROM identity_block WHERE id > ? ORDER BY id LIMIT 1', lastId);
      if (row === undefined) return;
      lastId = Number(row['id']);
      yield this.checkedBlock(row);
    }
  }

  private checkedBlock(row: Row): IdentityBlock {
    const persons = row['persons'] as Uint8Array;
    const claims = row['claims'] as Uint8Array;
    const isWhole =
      claims.byteLength % (CLAIM_WORDS * 4) === 0 &&
      checksum(persons) === row['persons_checksum'] &&
      checksum(claims) === row['claims_checksum'];
    if (!isWhole) {
      throw damaged(
        this.database.path,
        `block ${String(row['id'])} of identities does not match its checksum`,
      );
    }
    return { persons, claims: bytesToWords(claims) };
  }

  private append({ persons, claims }: IdentityBlock): void {
    const bytes = wordsToBytes(claims);
    this.database.run(
      `INSERT INTO identity_block (claim_count, persons_checksum, persons, claims_checksum, claims)
       VALUES (?, ?, ?, ?, ?)`,
      claims.length / CLAIM_WORDS,
      checksum(persons),
      persons,
      checksum(bytes),
      bytes,
    );
  }

  /** Writes the index anew, in one block, when much of what is stored no longer counts. */
  private tidy(layout: IdentityLayout, liveClaims: number): void {
    const row = this.database.get(
      'SELECT count(*) AS blocks, sum(claim_count) AS claims FROM identity_block',
    );
    const isWasteful = Number(row?.['claims']) > WASTE_FACTOR_MAX * liveClaims + SLACK;
    if (!isWasteful && Number(row?.['blocks']) <= BLOCKS_MAX) return;
    const index = new IdentityIndex(this.keySeed, layout, liveClaims);
    for (const block of this.storedBlocks()) index.load(block);
    const fresh = index.compacted();
    this.database.run('DELETE FROM identity_block');
    this.append(fresh);
  }

  private replaceMoves(moves: readonly PendingMove[]): void {
    this.database.run('DELETE FROM identity_move');
    for (const { to, from } of moves) {
      this.database.run('INSERT INTO identity_move (to_address, from_address) VALUES (?, ?)', to, from);
    }
  }

  private setLayout(layout: IdentityLayout): void {
    this.database.run(
      `INSERT INTO meta (name, value) VALUES ('identity_layout', ?)
       ON CONFLICT DO UPDATE SET value = excluded.value`,
      JSON.stringify(layout),
    );
  }

  private putConflict({ code, detail, people, other }: Conflict, now: number): void {
    this.database.run(
      `INSERT INTO identity_conflict (code, detail, people, other, first_seen_at, last_seen_at)
       VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET last_seen_at = excluded.last_seen_at, other = excluded.other`,
      code,
      detail,
      JSON.stringify(people),
      other === undefined ? null : JSON.stringify(other),
      now,
      now,
    );
  }

  private write(lease: Lease, work: () => void): void {
    this.database.transaction(() => {
      this.leases.requireLease(lease);
      work();
    });
  }
}

function toConflict(row: Row): StoredConflict {
  return {
    code: row['code'] as ConflictCode,
    detail: String(row['detail']),
    people: JSON.parse(String(row['people'])) as readonly string[],
    other: row['other'] === null ? undefined : (JSON.parse(String(row['other'])) as OtherProfile),
    firstSeenAt: Number(row['first_seen_at']),
    lastSeenAt: Number(row['last_seen_at']),
  };
}
