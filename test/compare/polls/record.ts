import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { PEERS } from './row.ts'
import type { Case } from './case.ts'
import type { Peer, Row } from './row.ts'

/** The seed of the generated cases that are recorded. */
export const FIXED_SEED = 1

/** What was said, and by which versions. */
export interface Recorded {
  readonly versions: Readonly<Record<Peer, string | null>>
  readonly rows: readonly RecordedRow[]
}

/** What a row says. Of each peer: whether it says the same as headcount, and its words; null if it could not be asked. */
export type RecordedRow = readonly [
  name: string,
  ours: string,
  ...theirs: (readonly ['same' | 'other', string] | null)[],
]

const FILE = new URL('../polls.json', import.meta.url)

/** The record in the repository. */
export function recorded(): Recorded {
  return JSON.parse(readFileSync(FILE, 'utf8')) as Recorded
}

/** A row as it is recorded. */
export function recordedRow({ one, ours, theirs, different }: Row): RecordedRow {
  const said = PEERS.map((peer) => {
    const words = theirs[peer]
    return words === undefined ? null : ([different.includes(peer) ? 'other' : 'same', words] as const)
  })
  return [one.name, ours, ...said]
}

/** A recorded row of a case. */
export function rowOf(one: Case, [, ours, ...said]: RecordedRow): Row {
  const theirs: Partial<Record<Peer, string>> = {}
  const different: Peer[] = []
  for (const [at, peer] of PEERS.entries()) {
    const [mark, words] = said[at] ?? []
    if (words !== undefined) theirs[peer] = words
    if (mark === 'other') different.push(peer)
  }
  return { one, ours, theirs, different }
}

/** Writes the record. */
export function write(rows: readonly Row[]): void {
  const lines = rows.map((row) => JSON.stringify(recordedRow(row)))
  writeFileSync(FILE, `{"versions":${JSON.stringify(versions())},"rows":[\n${lines.join(',\n')}\n]}\n`)
}

/** The versions of the peers that are installed; null for one that is not. */
export function versions(): Recorded['versions'] {
  const version = (command: string, argument: string, pattern: RegExp) => {
    const { stdout, stderr } = spawnSync(command, [argument], { encoding: 'utf8' })
    return pattern.exec(`${stdout ?? ''}${stderr ?? ''}`)?.[1] ?? null
  }
  return {
    curl: version('curl', '--version', /^curl (\S+)/),
    blackbox_exporter: version('prometheus-blackbox-exporter', '--version', /version (\S+),? /),
    Go: version('go', 'version', /\bgo([\d.]+)/),
  }
}
