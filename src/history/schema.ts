import type { Schema } from '../sqlite/schema.ts'

/** Times are in ms since the epoch, codes of verdicts those of HISTORY_VERDICTS. */
export const HISTORY_SCHEMA: Schema = {
  name: 'history',
  description: 'a history of headcount',
  /** `hcHi` */
  applicationId: 0x68_63_48_69,
  migrations: [
    `
  -- Ids are never used again. A block is 1,000 ids. "hash": of the key, so that it is found. "name" is '' if it is the key.
  CREATE TABLE urls (
    id INTEGER PRIMARY KEY AUTOINCREMENT, hash INTEGER NOT NULL, key TEXT NOT NULL, name TEXT NOT NULL, labels TEXT NOT NULL
  ) STRICT;
  CREATE INDEX urls_by_hash ON urls (hash);
  -- When a URL was in the list, from its first poll on; "end" is NULL while it is.
  CREATE TABLE url_spans (
    url INTEGER NOT NULL, begin INTEGER NOT NULL, "end" INTEGER, PRIMARY KEY (url, begin)
  ) STRICT, WITHOUT ROWID;
  -- When headcount ran. "seq": the number of its last flush.
  CREATE TABLE watched (
    id INTEGER PRIMARY KEY, begin INTEGER NOT NULL, "end" INTEGER NOT NULL, seq INTEGER NOT NULL
  ) STRICT;
  -- The codes of reasons in this file.
  CREATE TABLE reasons (code INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
  -- Times in which a URL had another verdict than up.
  CREATE TABLE incidents (
    id INTEGER PRIMARY KEY AUTOINCREMENT, url INTEGER NOT NULL, verdict INTEGER NOT NULL, begin INTEGER NOT NULL, "end" INTEGER
  ) STRICT;
  CREATE INDEX incidents_of_url ON incidents (url, begin);
  CREATE INDEX incidents_by_begin ON incidents (begin);
  CREATE INDEX incidents_open ON incidents (url) WHERE "end" IS NULL;
  -- Why: one row for each change of the reason or the status. "seq": the last flush whose polls are counted.
  CREATE TABLE incident_reasons (
    incident INTEGER NOT NULL, number INTEGER NOT NULL, at INTEGER NOT NULL, reason INTEGER NOT NULL, status INTEGER NOT NULL,
    polls INTEGER NOT NULL, seen TEXT NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (incident, number)
  ) STRICT, WITHOUT ROWID;
  -- Polls of buckets whose sums are not written yet, one row for each flush and bucket.
  CREATE TABLE journal (
    id INTEGER PRIMARY KEY, seq INTEGER NOT NULL, bucket INTEGER NOT NULL, blocks BLOB NOT NULL, polls BLOB NOT NULL
  ) STRICT;
  -- Blocks of these buckets whose sums are written: they have the journal up to "seq".
  CREATE TABLE summed (bucket INTEGER NOT NULL, block INTEGER NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (bucket, block)) STRICT, WITHOUT ROWID;
  -- Blobs of a block of URLs and a bucket of time: key = bucket number × 2^20 + block; bucket number = time / length of the bucket.
  CREATE TABLE polls (key INTEGER PRIMARY KEY, data BLOB NOT NULL) STRICT;
  CREATE TABLE sums_5m (key INTEGER PRIMARY KEY, data BLOB NOT NULL) STRICT;
  CREATE TABLE sums_1h (key INTEGER PRIMARY KEY, data BLOB NOT NULL) STRICT;
  CREATE TABLE sums_1d (key INTEGER PRIMARY KEY, data BLOB NOT NULL) STRICT;
  -- Methods of last polls that are not HEAD.
  CREATE TABLE url_methods (url INTEGER PRIMARY KEY, method TEXT NOT NULL) STRICT;
  -- Bytes of the blobs of these four tables.
  CREATE TABLE sizes (name TEXT PRIMARY KEY, bytes INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  INSERT INTO sizes (name, bytes) VALUES ('polls', 0), ('sums_5m', 0), ('sums_1h', 0), ('sums_1d', 0);
  `,
    // Keys are found by an index in memory: KeyIndex.
    'DROP INDEX urls_by_hash; ALTER TABLE urls DROP COLUMN hash;',
    `
  -- When URLs of a block were in maintenance: "urls" has a bit for each, the lowest first, without zeros at the end. "end" is the last time that
  -- there is while it goes on: OPEN_END.
  CREATE TABLE maintenance (
    block INTEGER NOT NULL, begin INTEGER NOT NULL, "end" INTEGER NOT NULL, urls BLOB NOT NULL, PRIMARY KEY (block, "end", begin)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX maintenance_open ON maintenance (block) WHERE "end" = 8640000000000000;
  `,
    // To find those that reach into a time.
    'CREATE INDEX incidents_by_end ON incidents ("end", begin) WHERE "end" IS NOT NULL;',
  ],
}
