import { closeSync, constants, fstatSync, ftruncateSync, openSync } from 'node:fs'
import { sumUsage } from '../state/usage.ts'
import type { Usage } from '../state/usage.ts'
import { checkNotInput } from './text/input-files.ts'
import type { InputFile } from './text/input-files.ts'
import { Output } from './output.ts'
import type { Sink } from './text/printer.ts'

const { O_APPEND, O_CREAT, O_NONBLOCK, O_WRONLY } = constants

/** Files that were renamed and that take what is theirs so slowly; with so many, the path is not opened anew. */
const MAX_ROTATED = 4

/** Opens for writing at the end. With O_NONBLOCK a named pipe without a reader is an error, not a wait. */
const APPEND_FLAGS = O_WRONLY | O_CREAT | O_APPEND | O_NONBLOCK

/** Throws when `path` can't be written to, or is neither a file nor a device. Makes the file. */
export function checkFile(path: string): void {
  const fd = openSync(path, APPEND_FLAGS)
  try {
    const kind = fstatSync(fd)
    if (!kind.isFile() && !kind.isCharacterDevice()) throw new Error('neither a file nor a device')
  } finally {
    closeSync(fd)
  }
}

/** A file that results go to, written without blocking the thread. */
export class FileOutput implements Sink {
  readonly #path: string
  readonly #inputs: readonly InputFile[]
  readonly #onError: (code: string) => void
  #fd: number
  #output: Output
  /** Those that have lines still to come. */
  readonly #rotated = new Set<Output>()
  /** Writes dropped by files that were reopened since. */
  #dropped = 0

  /**
   * `anew`: what the file held is gone; else it is written on. None of the `inputs` is written to, whatever the path has come to name.
   * `failed` hears each kind of error once. Throws as `open` does.
   */
  constructor(
    path: string,
    truncate: boolean,
    inputs: readonly InputFile[],
    onError: (code: string) => void,
  ) {
    this.#path = path
    this.#inputs = inputs
    this.#onError = onError
    this.#fd = openOutput(path, inputs)
    if (truncate && fstatSync(this.#fd).isFile()) ftruncateSync(this.#fd)
    this.#output = new Output(this.#fd, onError)
  }

  get dropped(): number {
    return this.#dropped + this.#output.dropped
  }

  /** Characters that wait, those for files that were renamed included. */
  get usage(): Usage {
    return sumUsage([...this.#rotated, this.#output].map(({ usage }) => usage))
  }

  write(text: string): void {
    this.#output.write(text)
  }

  /** As `Output` does. */
  async flush(stalledMs: number | null): Promise<boolean> {
    const outputs = [...this.#rotated, this.#output]
    return (await Promise.all(outputs.map((output) => output.flush(stalledMs)))).every(Boolean)
  }

  /**
   * Opens the path anew, for log rotation: what was written before goes to the file that was renamed, what comes after to
   * the new one. When it can't be opened, the old file is kept.
   */
  reopen(): void {
    if (this.#rotated.size >= MAX_ROTATED) return this.#onError('EBUSY')
    try {
      const fd = openOutput(this.#path, this.#inputs)
      const [old, oldFd] = [this.#output, this.#fd]
      this.#fd = fd
      this.#output = new Output(fd, this.#onError)
      this.#rotated.add(old)
      void old.flush(null).then(() => {
        this.#rotated.delete(old)
        this.#dropped += old.dropped
        closeSync(oldFd)
      })
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException
      this.#onError(code ?? message)
    }
  }
}

/** Standard input is not compared: once it has been read, its descriptor may be closed, and be the new one here. */
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
