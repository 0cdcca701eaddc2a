/** Written into the file; another number means another version of Millrace made it. */
export const SCHEMA_VERSION = 3;

/** Tables of a state file. Times are unix milliseconds unless the name says otherwise. */
export const SCHEMA = `
CREATE TABLE meta (
  name  TEXT PRIMARY KEY,
  value TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE lease (
  token       INTEGER PRIMARY KEY AUTOINCREMENT,
  range_from  INTEGER NOT NULL,
  range_to    INTEGER NOT NULL,
  command     TEXT NOT NULL,
  host        TEXT NOT NULL,
  process_id  INTEGER NOT NULL,
  acquired_at INTEGER NOT NULL,
  expires_at  INTEGER NOT NULL
);

-- One hot table for each model: packed entries, appended with every batch, merged now and then.
CREATE TABLE hot_table (
  id                INTEGER PRIMARY KEY,
  name              TEXT NOT NULL UNIQUE,
  starts_at_seconds INTEGER,
  key_count         INTEGER NOT NULL DEFAULT 0, -- different keys
  entry_count       INTEGER NOT NULL DEFAULT 0, -- entries in its blocks, replaced ones included
  distinct_count    INTEGER NOT NULL DEFAULT 0, -- of the first entries, those with keys different from each other
  record_count      INTEGER NOT NULL DEFAULT 0  -- records in its frames, replaced ones included
);

CREATE TABLE entry_block (
  id       INTEGER PRIMARY KEY AUTOINCREMENT,
  table_id INTEGER NOT NULL REFERENCES hot_table (id),
  checksum INTEGER NOT NULL,
  entries  BLOB NOT NULL
);
CREATE INDEX entry_block_by_table ON entry_block (table_id, id);

-- Delivered values of some people at a time, compressed; entries point at them.
CREATE TABLE frame (
  id           INTEGER PRIMARY KEY AUTOINCREMENT,
  table_id     INTEGER NOT NULL REFERENCES hot_table (id),
  record_count INTEGER NOT NULL,
  checksum     INTEGER NOT NULL,
  content      BLOB NOT NULL
);

-- In which definition everybody has the attributes of a people model, as JSON.
CREATE TABLE delivered_definition (
  table_name TEXT NOT NULL,
  name       TEXT NOT NULL,
  definition TEXT NOT NULL,
  PRIMARY KEY (table_name, name)
) WITHOUT ROWID;

-- Accepted events by the hour (since 1970) in which they happened.
CREATE TABLE event_hour (
  table_name  TEXT NOT NULL,
  hour        INTEGER NOT NULL,
  event_count INTEGER NOT NULL,
  PRIMARY KEY (table_name, hour)
) WITHOUT ROWID;

-- What is remembered of carts, for each event that is made of them: sessions as JSON (core/carts/cart-session.ts).
CREATE TABLE cart_session (
  table_name TEXT NOT NULL,
  cart       TEXT NOT NULL,
  claim      TEXT,          -- key of the event that left or may have left
  session    TEXT NOT NULL,
  PRIMARY KEY (table_name, cart)
) WITHOUT ROWID;
CREATE INDEX cart_session_by_claim ON cart_session (table_name, claim) WHERE claim IS NOT NULL;

CREATE TABLE cart_watch (
  table_name         TEXT PRIMARY KEY,
  watched_at_seconds INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE run (
  run_id        TEXT PRIMARY KEY,
  command       TEXT NOT NULL,
  started_at    INTEGER NOT NULL,
  ended_at      INTEGER,
  outcome       TEXT,
  error_code    TEXT,
  contract_hash TEXT NOT NULL,
  models        TEXT NOT NULL DEFAULT '[]',
  is_quiet      INTEGER NOT NULL DEFAULT 0  -- done, and nothing was sent
) WITHOUT ROWID;
CREATE INDEX run_by_start ON run (started_at);
CREATE INDEX quiet_run_by_start ON run (started_at) WHERE is_quiet = 1;

-- Rows that were not sent: faults and held rows of the last full read, and rejects not yet accepted.
CREATE TABLE withheld (
  kind          TEXT NOT NULL,
  model         TEXT NOT NULL,
  key           TEXT NOT NULL,
  code          TEXT NOT NULL,
  source_column TEXT NOT NULL,
  detail        TEXT,
  first_seen_at INTEGER NOT NULL,
  last_seen_at  INTEGER NOT NULL,
  row_count     INTEGER NOT NULL DEFAULT 1, -- rows with this key: two of a duplicate
  PRIMARY KEY (model, kind, key, code, source_column)
) WITHOUT ROWID;

-- How far the changes of each model were followed, as JSON (core/capture/capture-position.ts).
CREATE TABLE capture_position (
  model    TEXT PRIMARY KEY,
  position TEXT NOT NULL
) WITHOUT ROWID;

-- Which keys belong to whom: persons that are new in a block, and claims (core/identity/claim-table.ts).
CREATE TABLE identity_block (
  id               INTEGER PRIMARY KEY AUTOINCREMENT,
  claim_count      INTEGER NOT NULL,
  persons_checksum INTEGER NOT NULL,
  persons          BLOB NOT NULL,
  claims_checksum  INTEGER NOT NULL,
  claims           BLOB NOT NULL
);

-- Contradictions that the last reading found, up to a bound; people as a JSON array.
CREATE TABLE identity_conflict (
  code          TEXT NOT NULL,
  detail        TEXT NOT NULL,
  people        TEXT NOT NULL,
  other         TEXT,
  first_seen_at INTEGER NOT NULL,
  last_seen_at  INTEGER NOT NULL,
  PRIMARY KEY (code, detail, people)
) WITHOUT ROWID;

CREATE TABLE identity_conflict_count (
  code           TEXT NOT NULL,
  detail         TEXT NOT NULL,
  conflict_count INTEGER NOT NULL,
  people_count   INTEGER NOT NULL,
  PRIMARY KEY (code, detail)
) WITHOUT ROWID;

-- Canonical e-mail addresses that changed, until Customer.io has taken the change.
CREATE TABLE identity_move (
  to_address   TEXT PRIMARY KEY,
  from_address TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE identity_merge (
  secondary      TEXT PRIMARY KEY,
  primary_person TEXT NOT NULL,
  merged_at      INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE withheld_count (
  model         TEXT NOT NULL,
  kind          TEXT NOT NULL,
  code          TEXT NOT NULL,
  source_column TEXT NOT NULL,
  row_count     INTEGER NOT NULL,
  PRIMARY KEY (model, kind, code, source_column)
) WITHOUT ROWID;
`;
