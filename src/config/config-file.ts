import { inputText, isPipe } from '../targets/input-file.ts'
import { redactName } from '../settings/quote.ts'
import { describeError, ListError } from '../targets/read-targets.ts'
import { readConfig } from './config.ts'
import type { Config, ConfigFlag, ConfigProblem } from './config.ts'

/** The largest configuration that is read, in bytes: half a second of work, in which main does nothing else. */
const MAX_BYTES = 1 << 20

/** The configuration of a run, in its file. */
export class ConfigFile {
  readonly path: string
  /** What is wrong with it at the start; what isn't holds. */
  readonly problems: readonly ConfigProblem[]
  /** Names of the environment that were put into it. */
  readonly envNames: ReadonlySet<string>
  /** Whether it can be read again: a pipe can't. */
  readonly isReloadable: boolean
  readonly #flags: readonly ConfigFlag[]
  #text: string
  #config: Config

  private constructor(path: string, flags: readonly ConfigFlag[], text: string) {
    this.path = path
    this.#flags = flags
    this.#text = text
    this.isReloadable = !isPipe(path)
    const { config, problems, envNames } = readConfig(text, path, flags, process.env)
    this.#config = config
    this.problems = problems
    this.envNames = envNames
  }

  /** Reads the configuration at `path`. Rejects with a ListError when that can't be done. */
  static async open(path: string, flags: readonly ConfigFlag[]): Promise<ConfigFile> {
    return new ConfigFile(path, flags, await readText(path, true))
  }

  /** As it was when it was last read without mistakes. */
  get config(): Config {
    return this.#config
  }

  /** Whether it names something to poll, or could without its mistakes. */
  get isList(): boolean {
    if (this.problems.length > 0) return true
    return this.#config.groups.some(({ targets, files }) => targets.length + files.length > 0)
  }

  /** Reads it again. Rejects with a ListError, which tells all of its mistakes, when there are any. */
  async reload(): Promise<Config> {
    if (!this.isReloadable) return this.#config
    // The writer of a FIFO may never come, and no list would be read again before.
    const text = await readText(this.path, false)
    if (text === this.#text) return this.#config
    const { config, problems } = readConfig(text, this.path, this.#flags, process.env)
    const [first, ...others] = problems
    if (first !== undefined) {
      const why = [first.why, ...others.map((other) => `${other.position}: ${other.why}`)].join('\n')
      throw new ListError(first.position, why)
    }
    this.#text = text
    this.#config = config
    return config
  }
}

async function readText(path: string, allowPipes: boolean): Promise<string> {
  try {
    return await inputText(path, MAX_BYTES, allowPipes)
  } catch (cause) {
    throw new ListError(redactName(path), describeError(cause), cause)
  }
}
