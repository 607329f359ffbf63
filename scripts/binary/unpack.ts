import {
  chmodSync,
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import type { Stats } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { dirname, isAbsolute, join } from 'node:path'

// Puts the files of the program where threads can be started from them. A folder of the user's cache is used only if nobody else can change
// it. A file of it that is not byte for byte what is in the executable, or that is not there, is replaced.

/** The files of the program: their contents by their paths. */
export type Files = ReadonlyMap<string, Uint8Array>

/** Where the files are; `isTemporary`: the folder has to be removed at the end, and `why` the cache was not used. */
export type Unpacked =
  | { readonly folder: string; readonly isTemporary: false }
  | { readonly folder: string; readonly isTemporary: true; readonly why: string }

/** The folder for caches, as the XDG Base Directory Specification has it: a relative path is ignored. Null: there is none. */
export function cacheFolder(env: NodeJS.ProcessEnv): string | null {
  const { XDG_CACHE_HOME = '' } = env
  if (isAbsolute(XDG_CACHE_HOME)) return XDG_CACHE_HOME
  return isAbsolute(homedir()) ? join(homedir(), '.cache') : null
}

/**
 * Unpacks into `headcount/NAME` of the folder for caches, unless it is there already; if that can't be, into a temporary folder. Throws
 * if that can't be either, and leaves nothing behind.
 */
export function unpack(files: Files, name: string, cache: string | null): Unpacked {
  try {
    if (cache === null) throw new Error('HOME is not the path of a folder')
    return { folder: unpackInto(files, name, cache), isTemporary: false }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    const folder = mkdtempSync(join(tmpdir(), 'headcount-'))
    try {
      write(files, folder)
    } catch (failed) {
      rmSync(folder, { recursive: true, force: true })
      throw failed
    }
    return { folder, isTemporary: true, why }
  }
}

/** Has files look new to a program that removes old ones from the folders for temporary files, such as systemd-tmpfiles. */
export function keepYoung(files: Files, folder: string): void {
  const now = new Date()
  for (const path of files.keys())
    try {
      utimesSync(join(folder, path), now, now)
    } catch {
      // It was removed by hand: nothing helps then.
    }
}

/**
 * Makes a folder and those that it is in. `mkdirSync` with `recursive` never returns where no folder can be made and the system says that the
 * folder around it does not exist, as in /proc (seen with Node 26.10).
 */
function makeFolder(path: string): void {
  if (exists(path)) return
  const parent = dirname(path)
  if (parent !== path) makeFolder(parent)
  try {
    mkdirSync(path, { mode: 0o700 })
  } catch (error) {
    // Another start was faster.
    if (!exists(path)) throw error
  }
}

function unpackInto(files: Files, name: string, cache: string): string {
  makeFolder(cache)
  // systemd makes a link of CacheDirectory= with DynamicUser=; whoever changes such a link later changes nothing here.
  const place = realpathSync(cache)
  checkParent(place)
  const parent = join(place, 'headcount')
  makeFolder(parent)
  checkOwn(parent)
  const folder = join(parent, name)
  if (!exists(folder)) {
    const made = mkdtempSync(join(parent, '.new-'))
    try {
      write(files, made)
      renameSync(made, folder)
    } catch (error) {
      rmSync(made, { recursive: true, force: true })
      // Another start was faster: what it made is checked below.
      if (!exists(folder)) throw error
    }
  }
  checkFolder(files, folder)
  for (const [path, contents] of files) {
    const file = join(folder, path)
    try {
      checkFile(file, contents)
    } catch {
      // A power failure, or a cleaner of caches, may have damaged it.
      replace(file, contents, parent)
    }
  }
  return folder
}

function exists(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined
}

function write(files: Files, folder: string): void {
  // The umask may have taken rights away.
  chmodSync(folder, 0o700)
  for (const [path, contents] of files) {
    const file = join(folder, path)
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
    writeFileSync(file, contents, { flag: 'wx', mode: 0o600 })
  }
}

/** Puts a file in its place, as a whole: another process may be reading it. `parent`: a folder beside it for what is not whole yet. */
function replace(file: string, contents: Uint8Array, parent: string): void {
  const made = mkdtempSync(join(parent, '.new-'))
  try {
    write(new Map([['file', contents]]), made)
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
    renameSync(join(made, 'file'), file)
  } finally {
    rmSync(made, { recursive: true, force: true })
  }
}

/** Nobody else may put another folder in the place of ours. */
function checkParent(path: string): void {
  const { mode, uid } = lstatSync(path)
  const isSticky = (mode & constants.S_IFMT) === constants.S_IFDIR && (mode & 0o1000) !== 0
  if ((mode & 0o022) !== 0 && !isSticky) throw new Error(`${path}: others can write to it`)
  if (uid !== process.getuid?.() && uid !== 0) throw new Error(`${path}: it belongs to another user`)
}

/** Throws if a folder is not the user's own, or if others have rights to it. */
function checkOwn(path: string): void {
  const stats = lstatSync(path)
  if (!stats.isDirectory()) throw new Error(`${path}: it is not a folder`)
  checkStats(path, stats)
}

function checkStats(path: string, { uid, mode }: Stats): void {
  if (process.getuid === undefined) return
  if (uid !== process.getuid()) throw new Error(`${path}: it belongs to another user`)
  if ((mode & 0o077) !== 0) throw new Error(`${path}: others have rights to it; chmod go= takes them away`)
}

/** Throws if there is anything but these files in `folder`, or if others have rights to a folder. */
function checkFolder(files: Files, folder: string): void {
  const wanted = new Set(files.keys())
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    if (entry.isDirectory()) checkOwn(path)
    else if (!wanted.has(path.slice(folder.length + 1))) throw new Error(`${path}: it does not belong there`)
  }
  checkOwn(folder)
}

function checkFile(path: string, contents: Uint8Array): void {
  const descriptor = openSync(
    path,
    constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0),
  )
  try {
    checkStats(path, fstatSync(descriptor))
    if (!readFileSync(descriptor).equals(contents)) throw new Error(`${path}: it has been changed`)
  } finally {
    closeSync(descriptor)
  }
}
