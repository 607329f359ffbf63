import { fileFingerprint } from '../../settings/file-fingerprint.ts'
import { redactName } from '../../settings/quote.ts'
import { isLoose, looseText } from '../../settings/request-file.ts'
import { configText } from '../../targets/config-text.ts'
import { ListError } from '../../targets/read-targets.ts'
import { readWebConfig } from './read-web-config.ts'
import type { WebConfig } from './web-config.ts'

/** The most problems that are reported at the start. */
const MAX_PROBLEMS = 100

/** The time between two checks of the files, in ms. */
const WATCH_INTERVAL_MS = 1_000

/** After so many checks that found nothing new, files that could not be used are read again: what was wrong may have passed, such as a lack of descriptors. */
const RETRY_CHECKS = 60

const EMPTY = 'the file is empty; to ask nobody for a password, write `{}`'

/** What follows the file. */
export interface WebConfigObserver {
  /** It is another one, without mistakes. */
  changed(config: WebConfig): void
  /** A line for standard error, without its line break. */
  log(line: string): void
}

/** The file of `--web-config`, with the certificates and keys that it names. */
export class WebConfigFile {
  readonly path: string
  readonly #now: () => number
  #config: WebConfig
  /** All files, as they were before the last reading. */
  #files: ReadonlyMap<string, string>
  /** The same at the last check: files that are still being written are not read. */
  #seen = ''
  /** What was wrong at the last reading; '' if nothing. */
  #problem = ''
  /** Checks since then. */
  #checks = 0
  /** When the version in use was read. With it a line about a file that is broken and mended again is another one each time: none is held back as a repeat. */
  #readAt: string
  /** The file with the key, if others can read it. */
  readonly #loose: string | null

  private constructor(
    path: string,
    config: WebConfig,
    files: ReadonlyMap<string, string>,
    keyFile: string | null,
    now: () => number,
  ) {
    this.#now = now
    this.#readAt = secondOf(now())
    this.path = path
    this.#loose = keyFile !== null && isLoose(keyFile) ? keyFile : null
    this.#config = config
    this.#files = files
  }

  /** Rejects with a ListError that has a line for each mistake. `now`: the time of day, in ms. */
  static async open(path: string, now: () => number = Date.now): Promise<WebConfigFile> {
    const { config, problems, files, keyFile } = await read(path)
    const [first, ...others] = problems.slice(0, MAX_PROBLEMS)
    if (first === undefined) return new WebConfigFile(path, config, files, keyFile, now)
    const lines = [first.why, ...others.map(({ position, why }) => `${position}: ${why}`)]
    throw new ListError(first.position, lines.join('\n'))
  }

  /** The last version without mistakes. */
  get config(): WebConfig {
    return this.#config
  }

  /** The paths of all files, its own among them. */
  get paths(): string[] {
    return [...this.#files.keys()]
  }

  /** Reads the files again when one changes, from now on. Returns what ends that. */
  follow(observer: WebConfigObserver, everyMs = WATCH_INTERVAL_MS): () => void {
    if (this.#loose !== null) observer.log(looseText(this.#loose))
    let checking = false
    const timer = setInterval(() => {
      if (checking) return
      checking = true
      void this.check(observer).finally(() => (checking = false))
    }, everyMs).unref()
    return () => clearInterval(timer)
  }

  /** Checks the files once. A change is taken in when two checks in a row have found them the same. */
  async check(observer: WebConfigObserver): Promise<void> {
    const now = textOf(await fingerprints(this.#files.keys()))
    const settled = now === this.#seen
    this.#seen = now
    this.#checks++
    const isRetry = this.#problem !== '' && this.#checks >= RETRY_CHECKS
    if (!settled || (now === textOf(this.#files) && !isRetry)) return
    this.#checks = 0
    const problem = await this.#readAgain(observer)
    if (problem === this.#problem) return
    this.#problem = problem
    observer.log(
      problem === ''
        ? `info: ${redactName(this.path)}: it is in use again, as read at ${this.#readAt}`
        : `${problem}; what was read at ${this.#readAt} stays in use`,
    )
  }

  /** Resolves with why the files can't be used; '' if they can. */
  async #readAgain(observer: WebConfigObserver): Promise<string> {
    try {
      const { config, problems, files, isEmpty } = await read(this.path)
      this.#files = files
      const [first] = problems
      const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : ''
      if (first !== undefined) return `${first.position}: ${first.why}${more}`
      // At the start it is as good as none. Later it may have been cut while it was written, and must not take the passwords away.
      if (isEmpty) return `${redactName(this.path)}: ${EMPTY}`
      if ((config.tls === null) !== (this.#config.tls === null))
        return `${redactName(this.path)}: TLS can be switched on or off only by a restart`
      this.#config = config
      this.#readAt = secondOf(this.#now())
      observer.changed(config)
      return ''
    } catch (error) {
      if (!(error instanceof ListError)) throw error
      this.#files = await fingerprints(this.#files.keys())
      return error.message
    }
  }
}

/** Rejects with a ListError if the file itself can't be read. */
async function read(path: string) {
  // Looked at before it is read, so that no change is missed.
  const own = await fileFingerprint(path)
  const { files, ...reading } = await readWebConfig(await configText(path, 'refused'), path)
  return { ...reading, files: new Map([[path, own], ...files]) }
}

async function fingerprints(files: Iterable<string>): Promise<Map<string, string>> {
  return new Map(
    await Promise.all([...files].map(async (file) => [file, await fileFingerprint(file)] as const)),
  )
}

function secondOf(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+/, '')
}

function textOf(files: ReadonlyMap<string, string>): string {
  return JSON.stringify([...files])
}
