import { closestName } from '../settings/closest-name.ts'
import { quote } from '../settings/quote.ts'
import { substitute, SubstituteError } from './substitute.ts'
import type { Entry, Tree, TreeProblem } from './tree.ts'

/** A value of a configuration after substitution of environment variables. */
export interface ResolvedText {
  readonly text: string
  /** Where the value begins, in UTF-16 units. */
  readonly offset: number
  /** Where the text begins; null if the file has it in another form. */
  readonly textOffset: number | null
  /** Environment variables that it uses. */
  readonly envNames: readonly string[]
}

/** Reads the values of a configuration and collects its problems. */
export class ValueReader {
  static #last = 0
  /** Which reading this is: a later one has a higher number. */
  readonly number = ++ValueReader.#last
  readonly problems: TreeProblem[] = []
  /** What is allowed, and most likely not meant. */
  readonly warnings: TreeProblem[] = []
  /** Files that values come from, by absolute path. */
  readonly files = new Set<string>()
  /** Changes to what is defined already, to be made when the configuration is in use. */
  readonly redefinitions: (() => void)[] = []
  /** Environment variables that were used. */
  readonly envNames = new Set<string>()
  readonly #env: NodeJS.ProcessEnv | null

  /** `env`: the variables that can stand in values as `${NAME}`; null: a value is what it is. */
  constructor(env: NodeJS.ProcessEnv | null) {
    this.#env = env
  }

  report(offset: number, why: string): null {
    this.problems.push({ offset, why })
    return null
  }

  warn(offset: number, why: string): void {
    this.warnings.push({ offset, why })
  }

  /** The text of a scalar. Reports anything else and returns null. */
  text(tree: Tree, name: string): ResolvedText | null {
    if (tree.type === 'nothing') return this.report(tree.offset, `${name}: it has no value`)
    if (tree.type !== 'scalar')
      return this.report(tree.offset, `${name}: must be one value, not a ${tree.type}`)
    const { offset, textOffset } = tree
    if (this.#env === null) return { text: tree.text, envNames: [], offset, textOffset }
    try {
      const { text, names: envNames } = substitute(tree.text, this.#env)
      for (const one of envNames) this.envNames.add(one)
      return { text, envNames, offset, textOffset: text === tree.text ? textOffset : null }
    } catch (error) {
      if (!(error instanceof SubstituteError)) throw error
      return this.report(
        (textOffset ?? offset) + (textOffset === null ? 0 : error.at),
        `${name}: ${error.message}`,
      )
    }
  }

  /** Like `text`, but also takes a list and joins it with commas. */
  joinedText(tree: Tree, name: string): ResolvedText | null {
    if (tree.type !== 'list') return this.text(tree, name)
    const texts = this.texts(tree, name)
    const text = texts.map((one) => one.text).join()
    return {
      text,
      envNames: texts.flatMap(({ envNames }) => envNames),
      offset: tree.offset,
      textOffset: null,
    }
  }

  /** The texts of a list; a scalar counts as a list of one. */
  texts(tree: Tree, name: string): ResolvedText[] {
    const items = tree.type === 'list' ? tree.items : [tree]
    return items.map((item) => this.text(item, name)).filter((filled) => filled !== null)
  }

  /** The entries of a map. Reports anything else and returns none. */
  entries(tree: Tree, name: string): readonly Entry[] {
    if (tree.type === 'map') return tree.entries
    this.report(tree.offset, `${name}: must be a map, such as \`name: value\``)
    return []
  }

  /** Returns what `parse` returns. Reports a RangeError that it throws and returns null. */
  parse<T>(
    { offset, envNames }: Pick<ResolvedText, 'offset' | 'envNames'>,
    name: string,
    parse: () => T,
  ): T | null {
    try {
      return parse()
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      return this.report(offset, hideValues(`${name}: ${error.message}`, envNames))
    }
  }

  /** Defines something at once if it is new, so that others can name it; if not, it is changed when the configuration is in use. */
  define(isNew: boolean, define: () => void): void {
    if (isNew) define()
    else this.redefinitions.push(define)
  }

  /** Like `parse`, of what is not one value: a key, or several values together. */
  parseAt<T>(offset: number, name: string, parse: () => T): T | null {
    return this.parse({ offset, envNames: [] }, name, parse)
  }

  /** Reports an unknown key and suggests the closest known one, or lists all of them. */
  reportUnknownKey({ key, offset }: Entry, known: readonly string[]): void {
    const meant = closestName(key, known)
    const hint = meant === null ? `use one of ${known.join(', ')}` : `did you mean ${quote(meant)}?`
    // A line with wrong quotes or line breaks can turn a value into a key, and the value may be a secret.
    const shown = /^[A-Za-z_][\w-]{0,39}$/.test(key) ? ` ${quote(key)}` : ''
    this.report(offset, `unknown key${shown}: ${hint}`)
  }
}

/** A reason may quote the value: replaces a reason for a value that contains environment variables. */
export function hideValues(why: string, names: readonly string[]): string {
  if (names.length === 0) return why
  const what = /^[\w.-]+: /.exec(why)?.[0] ?? ''
  return `${what}invalid with the value of ${names.join(', ')}`
}
