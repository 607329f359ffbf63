import { readlinkSync, realpathSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { statOrNull } from '../print/text/input-files.ts'
import type { InputFile } from '../print/text/input-files.ts'
import type { OutputFile } from '../print/text/monitor-options.ts'
import { redactName } from '../settings/quote.ts'
import { describeError } from '../targets/read-targets.ts'
import { alertStateOf } from './alert-state.ts'
import type { Flags } from './flag-table.ts'
import { FlagsError } from './flags-error.ts'
import { checkDatabase, checkOutput } from './output-file.ts'
import { pathsOf } from './output-target.ts'

// What a run writes needs files of its own: not those that it reads, and for different ends different ones, also where none exists yet.

/** A file that the run writes. */
interface WrittenFile {
  readonly path: string
  /** The flag or the variable that names it. */
  readonly namedBy: string
  /** What is said if it is another one too, as a clause. */
  readonly need: string
  /** Whether SQLite keeps files beside it. */
  readonly isDatabase: boolean
}

/** What the names of the files end with that SQLite and the lock of `src/sqlite/` keep beside a database. */
const SIDE_FILES = ['-wal', '-shm', '-journal', '-lock']

/** As many symbolic links as Linux follows. */
const MAX_LINKS = 40

/**
 * Throws a FlagsError if a file that a run writes cannot or must not be written to, such as one of the inputs. `hasAlerts`: their state is
 * kept.
 */
export function checkWritable(flags: Flags['run'], inputs: readonly InputFile[], hasAlerts: boolean): void {
  const { outputs, history, once, check, plan } = flags
  if (check || plan) return
  for (const path of pathsOf(outputs)) tryFile('output', path, () => checkOutput(path, inputs, once))
  if (history !== null)
    tryFile('history', history, () => checkDatabase(history, inputs, 'a history needs a file of its own'))
  const state = alertStateOf(flags)
  if (hasAlerts && state !== null)
    tryFile('alert-state', state, () =>
      checkDatabase(state, inputs, 'the state of alerts needs a file of its own'),
    )
}

function tryFile(flag: string, path: string, check: () => void): void {
  try {
    check()
  } catch (error) {
    throw new FlagsError(flag, `${redactName(path)}: ${describeError(error)}`, error)
  }
}

/**
 * Throws a FlagsError if two of the files that a run writes are one, under any names. `hasAlerts`: their state is kept, if only beside the
 * history.
 */
export function checkWrittenFiles(
  { history, alertState, check, plan }: Flags['run'],
  outputs: readonly OutputFile[],
  hasAlerts: boolean,
): void {
  if (check || plan) return
  const state = hasAlerts ? alertStateOf({ alertState, history }) : alertState
  const databases: [flag: string, path: string | null, what: string][] = [
    ['--history', history, 'a history needs'],
    ['--alert-state', state, 'the state of alerts needs'],
  ]
  const files = [
    ...outputs.map(({ file, namedBy }) => writtenFile(namedBy, file, 'results need', false)),
    ...databases.flatMap(([flag, path, what]) =>
      path === null ? [] : [writtenFile(flag, path, what, true)],
    ),
  ]
  const taken = new Map<string, WrittenFile>()
  for (const file of files) {
    const paths = [file.path, ...(file.isDatabase ? SIDE_FILES.map((end) => file.path + end) : [])]
    for (const identity of paths.map(identityOf)) {
      if (identity === null) continue
      const other = taken.get(identity)
      if (other !== undefined && other !== file) throw sameFile(file, other)
      taken.set(identity, file)
    }
  }
}

function writtenFile(namedBy: string, path: string, what: string, isDatabase: boolean): WrittenFile {
  return {
    namedBy,
    path,
    isDatabase,
    need: `${what} a file of ${what.endsWith('need') ? 'their' : 'its'} own`,
  }
}

function sameFile({ namedBy, path, need }: WrittenFile, other: WrittenFile): FlagsError {
  const why = `it is the same file as ${redactName(other.path)} of ${other.namedBy}: ${need}`
  const flag = /^--(.+)/.exec(namedBy)?.[1] ?? null
  return new FlagsError(flag, `${flag === null ? `${namedBy}: ` : ''}${redactName(path)}: ${why}`)
}

/** The same for all names of a file; null: a device, which many may write to, or a path that can't be used, which is reported elsewhere. */
function identityOf(path: string): string | null {
  try {
    const stats = statOrNull(path)
    if (stats !== null) return stats.isFile() ? `${stats.dev} ${stats.ino}` : null
    return placeOf(path)
  } catch {
    return null
  }
}

/** Where a file would be made that does not exist: links to nothing are followed. */
function placeOf(path: string): string | null {
  let place = resolve(path)
  for (let links = 0; links <= MAX_LINKS; links++) {
    const directory = realpathSync(dirname(place))
    place = join(directory, basename(place))
    let target: string
    try {
      target = readlinkSync(place)
    } catch {
      return place
    }
    place = resolve(directory, target)
  }
  return null
}
