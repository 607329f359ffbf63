import { readFileSync, statSync } from 'node:fs'
import type { Stats } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { getSystemErrorMessage } from 'node:util'
import { fingerprintOf } from './file-fingerprint.ts'
import { redactName } from './quote.ts'

// One of the files that settings name: see request-files.ts.

/** The largest file, in bytes. All pollers have its contents in memory. */
const MAX_BYTES = 1 << 20

/**
 * What requests need from elsewhere: the path of a file and its contents, or `oauth2:NAME` and the token of this client; without a token,
 * why there is none.
 */
export type RequestFile = readonly [path: string, bytes: Uint8Array, problem?: string]

/** One of them as it is now, or that nothing names it any more. */
export type FileChange = RequestFile | readonly [path: string, bytes: null, problem?: undefined]

/** Why contents can't be used, as a clause that does not quote them; null: they can. */
export type CheckContents = (bytes: Buffer) => string | null

/** A file that settings name. */
export interface KnownFile {
  bytes: Buffer
  /** Differs when the file may have changed; '' as long as it could not be read. */
  fingerprint: string
  /** Why the contents with this fingerprint can't be used; '' if they can. */
  rejected: string
  /** The fingerprint at the last check: a file that is still being written is not read. */
  seen: string
  /** Why it could not be read at the last check; '' if it could. */
  problem: string
  /** All uses of the file must agree with new contents. */
  checks: Set<CheckContents>
  /** The last reading that had begun when a setting named it: see RequestFiles. */
  named: number
}

/** Reads a file. Throws a RangeError. */
export function readKnownFile(path: string): KnownFile {
  try {
    const stats = statSync(path)
    checkStats(stats)
    const fingerprint = fingerprintOf(stats)
    return {
      bytes: readFileSync(path),
      fingerprint,
      rejected: '',
      seen: fingerprint,
      problem: '',
      checks: new Set(),
      named: 0,
    }
  } catch (error) {
    throw new RangeError(`${redactName(path)}: ${reasonOf(error)}`, { cause: error })
  }
}

/** A file that can't be read yet. `problem`: why. */
export function missingFile(problem: string): KnownFile {
  return {
    bytes: Buffer.alloc(0),
    fingerprint: '',
    rejected: '',
    seen: '',
    problem,
    checks: new Set(),
    named: 0,
  }
}

/** What pollers get. A Buffer may be a view of memory that others use, all of which would be sent to a thread. */
export function entryOf(path: string, { bytes, fingerprint, problem }: KnownFile): RequestFile {
  return fingerprint === '' ? [path, new Uint8Array(0), problem] : [path, new Uint8Array(bytes)]
}

/** It is named only by those who make these checks. Contents that only others refused are read again. */
export function setChecks(file: KnownFile, checks: Set<CheckContents>): void {
  if (file.rejected !== '' && [...file.checks].some((check) => !checks.has(check))) file.fingerprint = REFUSED
  file.checks = checks
}

/** No fingerprint of a file. */
const REFUSED = 'refused'

/** Resolves with null if it has new contents, with '' if not, or with why they can't be used. */
export async function readAgain(path: string, file: KnownFile): Promise<string | null> {
  const stats = await stat(path)
  checkStats(stats)
  const now = fingerprintOf(stats)
  const settled = now === file.seen
  file.seen = now
  if (now === file.fingerprint) return file.rejected
  if (!settled) return file.problem
  const bytes = await readFile(path)
  const isFirst = file.fingerprint === ''
  file.fingerprint = now
  file.rejected = [...file.checks].map((check) => check(bytes)).find((why) => why !== null) ?? ''
  if (file.rejected !== '' || (bytes.equals(file.bytes) && !isFirst)) return file.rejected
  file.bytes = bytes
  return null
}

/** Throws a RangeError for what is not a file, which could block or never end, and for one that is too large. */
function checkStats(stats: Stats): void {
  if (!stats.isFile()) throw new RangeError('it is not a regular file')
  if (stats.size > MAX_BYTES) throw new RangeError(`it is larger than ${MAX_BYTES / 2 ** 20} MiB`)
}

/** Whether others can read it. Group members may read a secret: that is how it is given to a service. */
export function isLoose(path: string): boolean {
  const mode = statSync(path, { throwIfNoEntry: false })?.mode ?? 0
  return process.platform !== 'win32' && (mode & 0o027) !== 0
}

/** What to say of such a file. */
export function looseText(path: string): string {
  return `${redactName(path)}: it holds a secret and others can read it: chmod 600`
}

/** What to say when the problem of a file is another one. */
export function problemText(path: string, { problem, fingerprint }: KnownFile): string {
  if (problem === '') return `${redactName(path)}: it can be read again`
  return `${redactName(path)}: ${problem}${fingerprint === '' ? '' : '; its last contents are still sent'}`
}

/** Why a file can't be read, as a clause. */
export function reasonOf(error: unknown): string {
  const { errno } = error as NodeJS.ErrnoException
  return errno === undefined ? (error as Error).message : getSystemErrorMessage(errno)
}
