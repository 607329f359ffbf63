import { inputText, isPipe } from '../targets/input.ts'
import { shownName } from '../targets/quote.ts'
import { explain, ListError } from '../targets/read.ts'
import { readConfig } from './config.ts'
import type { Config, ConfigFlag, Mistake } from './config.ts'

/** The largest configuration that is read, in bytes: half a second of work, in which main does nothing else. */
const MAX_BYTES = 1 << 20

/** The configuration of a run, in its file. */
export class ConfigFile {
  readonly path: string
  /** What is wrong with it at the start; what isn't holds. */
  readonly mistakes: readonly Mistake[]
  /** Names of the environment that were put into it. */
  readonly names: ReadonlySet<string>
  /** Whether it can be read again: a pipe can't. */
  readonly canChange: boolean
  readonly #flags: readonly ConfigFlag[]
  #text: string
  #config: Config

  private constructor(path: string, flags: readonly ConfigFlag[], text: string) {
    this.path = path
    this.#flags = flags
    this.#text = text
    this.canChange = !isPipe(path)
    const { config, mistakes, names } = readConfig(text, path, flags, process.env)
    this.#config = config
    this.mistakes = mistakes
    this.names = names
  }

  /** Reads the configuration at `path`. Rejects with a ListError when that can't be done. */
  static async open(path: string, flags: readonly ConfigFlag[]): Promise<ConfigFile> {
    return new ConfigFile(path, flags, await textOf(path, true))
  }

  /** As it was when it was last read without mistakes. */
  get config(): Config {
    return this.#config
  }

  /** Whether it names something to poll, or could without its mistakes. */
  get isList(): boolean {
    if (this.mistakes.length > 0) return true
    return this.#config.groups.some(({ targets, files }) => targets.length + files.length > 0)
  }

  /** Reads it again. Rejects with a ListError, which tells all of its mistakes, when there are any. */
  async readAgain(): Promise<Config> {
    if (!this.canChange) return this.#config
    // The writer of a FIFO may never come, and no list would be read again before.
    const text = await textOf(this.path, false)
    if (text === this.#text) return this.#config
    const { config, mistakes } = readConfig(text, this.path, this.#flags, process.env)
    const [first, ...others] = mistakes
    if (first !== undefined) {
      const why = [first.why, ...others.map((other) => `${other.place}: ${other.why}`)].join('\n')
      throw new ListError(first.place, why)
    }
    this.#text = text
    this.#config = config
    return config
  }
}

async function textOf(path: string, pipes: boolean): Promise<string> {
  try {
    return await inputText(path, MAX_BYTES, pipes)
  } catch (cause) {
    throw new ListError(shownName(path), explain(cause), cause)
  }
}
