import type { Schema } from '../../sqlite/schema.ts'

/** Times are in ms since the epoch. Alerts, groups, silences and notifications are JSON: only this program reads them. */
export const ALERT_SCHEMA: Schema = {
  name: 'alert state',
  description: 'an alert state of headcount',
  /** `hcAl` */
  applicationId: 0x68_63_41_6c,
  migrations: [
    `
  -- One row. "instance": random, made with the file, so that ids of notifications are never those of another file.
  CREATE TABLE marks (
    id INTEGER PRIMARY KEY CHECK (id = 1), instance TEXT NOT NULL, sequence INTEGER NOT NULL, saved_at INTEGER
  ) STRICT;
  INSERT INTO marks (id, instance, sequence) VALUES (1, lower(hex(randomblob(16))), 0);
  CREATE TABLE groups (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, data TEXT NOT NULL) STRICT;
  CREATE TABLE alerts (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, data TEXT NOT NULL) STRICT;
  CREATE TABLE silences (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, data TEXT NOT NULL) STRICT;
  CREATE TABLE notifications (sequence INTEGER PRIMARY KEY, data TEXT NOT NULL) STRICT;
  -- "state": pending, sent, replaced (by a later one), fallback (another receiver was given it) or dead. "said": what the receiver answered last.
  CREATE TABLE deliveries (
    sequence INTEGER NOT NULL, receiver TEXT NOT NULL, group_key TEXT NOT NULL, state TEXT NOT NULL, attempts INTEGER NOT NULL,
    due_at INTEGER NOT NULL, created_at INTEGER NOT NULL, finished_at INTEGER, said TEXT NOT NULL, PRIMARY KEY (sequence, receiver)
  ) STRICT;
  CREATE INDEX deliveries_by_state ON deliveries (state, finished_at);
  -- Who was told of a group in place of a receiver: they are told the rest too.
  CREATE TABLE fallbacks (key TEXT PRIMARY KEY, fallback TEXT NOT NULL) STRICT, WITHOUT ROWID;
  `,
    `
  -- The phase of an alert whose row says another one: when 100,000 of them are told at once, their rows are not written again.
  CREATE TABLE phases (id INTEGER PRIMARY KEY, phase TEXT NOT NULL) STRICT;
  `,
    `
  -- Until when receivers have asked to be left alone.
  CREATE TABLE pauses (receiver TEXT PRIMARY KEY, until INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  `,
    `
  -- Who of several addresses has what is pending, as JSON; NULL: nobody.
  ALTER TABLE deliveries ADD COLUMN addresses TEXT;
  `,
  ],
}
