import { setTimeout as sleep } from 'node:timers/promises'
import { closeSync, constants, fstatSync, ftruncateSync, openSync, readSync } from 'node:fs'
import { sumUsage } from '../state/usage.ts'
import type { Usage } from '../state/usage.ts'
import { checkNotInput } from './text/input-files.ts'
import type { InputFile } from './text/input-files.ts'
import { Output } from './output.ts'
import type { Sink } from './text/printer.ts'

const { O_APPEND, O_CREAT, O_NONBLOCK, O_RDONLY, O_WRONLY } = constants

/** Renamed files that may still be written at the same time. At this number, the path is not reopened. */
const MAX_ROTATED = 4

/** A renamed file that can't be written is tried again after this time, in ms: nothing is added to it, which would have it tried again. */
const RETRY_MS = 1_000

/** For appending. O_NONBLOCK makes opening a named pipe without a reader fail instead of block. */
const APPEND_FLAGS = O_WRONLY | O_CREAT | O_APPEND | O_NONBLOCK

/** Creates the file if needed. Throws if `path` can't be written, or is neither a file nor a device. */
export function checkFile(path: string): void {
  const fd = openSync(path, APPEND_FLAGS)
  try {
    const kind = fstatSync(fd)
    if (!kind.isFile() && !kind.isCharacterDevice()) throw new Error('neither a file nor a device')
  } finally {
    closeSync(fd)
  }
}

/** Writes results to a file without blocking the thread. */
export class FileOutput implements Sink {
  readonly #path: string
  readonly #onError: (code: string) => void
  readonly #writeFailed: (code: string) => void
  #fd: number
  #output: Output
  /** Renamed files that still have text to write. */
  readonly #rotated = new Set<Output>()
  /** Writes that were dropped by files that have been closed. */
  #dropped = 0

  /**
   * `truncate` empties the file first. None of the `inputs` is ever written to.
   * `onError` gets each error code of a write once, and why the path can't be opened anew each time. Throws as `open` does.
   */
  constructor(
    path: string,
    truncate: boolean,
    inputs: readonly InputFile[],
    onError: (code: string) => void,
  ) {
    this.#path = path
    // A path that is opened anew may fail in the same way again.
    const reported = new Set<string>()
    this.#onError = onError
    this.#writeFailed = (code) => {
      if (reported.has(code)) return
      reported.add(code)
      onError(code)
    }
    this.#fd = openOutput(path, inputs)
    if (truncate && fstatSync(this.#fd).isFile()) ftruncateSync(this.#fd)
    this.#output = new Output(this.#fd, this.#writeFailed)
    // A full disk, or a process that was killed, may have cut the last line.
    if (endsWithinLine(path)) this.#output.write('\n')
  }

  get dropped(): number {
    return [...this.#rotated, this.#output].reduce((sum, { dropped }) => sum + dropped, this.#dropped)
  }

  /** Characters that wait to be written, including those for renamed files. */
  get usage(): Usage {
    return sumUsage([...this.#rotated, this.#output].map(({ usage }) => usage))
  }

  write(text: string): void {
    this.#output.write(text)
  }

  /** See `Output`. */
  async flush(stalledMs: number | null): Promise<boolean> {
    const outputs = [...this.#rotated, this.#output]
    return (await Promise.all(outputs.map((output) => output.flush(stalledMs)))).every(Boolean)
  }

  /** See `Output`. */
  limit(stalledMs: number): void {
    for (const output of [...this.#rotated, this.#output]) output.limit(stalledMs)
  }

  /**
   * Reopens the path, for log rotation: text written before goes to the renamed file, later text to the new one. If it can't
   * be opened, or is one of the inputs as they are now, the old file is kept.
   */
  reopen(inputs: readonly InputFile[]): void {
    if (this.#rotated.size >= MAX_ROTATED) return this.#onError('EBUSY')
    try {
      const fd = openOutput(this.#path, inputs)
      const [old, oldFd] = [this.#output, this.#fd]
      this.#fd = fd
      this.#output = new Output(fd, this.#writeFailed)
      this.#rotated.add(old)
      void this.#finish(old, oldFd)
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException
      this.#onError(code ?? message)
    }
  }

  async #finish(old: Output, fd: number): Promise<void> {
    while (!(await old.flush(null))) await sleep(RETRY_MS, undefined, { ref: false })
    this.#rotated.delete(old)
    this.#dropped += old.dropped
    closeSync(fd)
  }
}

/** How full all files are together. */
export function usageOfFiles(files: readonly FileOutput[]): Usage {
  return sumUsage(files.map(({ usage }) => usage))
}

/** Whether it is a file whose last line has no line break. False also if it can be written but not read. */
function endsWithinLine(path: string): boolean {
  let fd: number | null = null
  try {
    fd = openSync(path, O_RDONLY | O_NONBLOCK)
    const stats = fstatSync(fd)
    const last = Buffer.from('\n')
    if (stats.isFile() && stats.size > 0) readSync(fd, last, 0, 1, stats.size - 1)
    return last.toString('latin1') !== '\n'
  } catch {
    return false
  } finally {
    if (fd !== null) closeSync(fd)
  }
}

/** Standard input is not compared: its descriptor may be closed by now and reused for this file. */
function openOutput(path: string, inputs: readonly InputFile[]): number {
  const fd = openSync(path, APPEND_FLAGS)
  try {
    const stats = fstatSync(fd, { bigint: true })
    if (stats.isFile())
      checkNotInput(
        stats,
        inputs.filter(({ file }) => typeof file === 'string'),
      )
    return fd
  } catch (error) {
    closeSync(fd)
    throw error
  }
}
