import { closestName } from '../settings/closest-name.ts'
import { quote } from '../settings/quote.ts'
import { substitute, SubstituteError } from './substitute.ts'
import type { Entry, Tree, TreeProblem } from './tree.ts'

/** A text of a configuration, the environment put in. */
export interface ResolvedText {
  readonly text: string
  /** Where it stands. */
  readonly offset: number
  /** Where its first unit stands, if it is in the file as it is; else null. */
  readonly textOffset: number | null
  /** Names of the environment that were put in. */
  readonly envNames: readonly string[]
}

/** The pieces of a configuration as they are read, and all that is wrong with them. */
export class ValueReader {
  readonly problems: TreeProblem[] = []
  /** Names of the environment that were put in. */
  readonly envNames = new Set<string>()
  readonly #env: NodeJS.ProcessEnv

  constructor(env: NodeJS.ProcessEnv) {
    this.#env = env
  }

  report(offset: number, why: string): null {
    this.problems.push({ offset, why })
    return null
  }

  /** The text of a value; null, and said, when it is none. */
  text(tree: Tree, name: string): ResolvedText | null {
    if (tree.type === 'nothing') return this.report(tree.offset, `${name}: it has no value`)
    if (tree.type !== 'scalar') return this.report(tree.offset, `${name}: one value, not a ${tree.type}`)
    const { offset, textOffset } = tree
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

  /** Like `text`; of a list, all of its texts with commas between. */
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

  /** The texts of a list, or of the one value that stands for it. */
  texts(tree: Tree, name: string): ResolvedText[] {
    const items = tree.type === 'list' ? tree.items : [tree]
    return items.map((item) => this.text(item, name)).filter((filled) => filled !== null)
  }

  /** The entries of a map; none, and said, when it is none. */
  entries(tree: Tree, name: string): readonly Entry[] {
    if (tree.type === 'map') return tree.entries
    this.report(tree.offset, `${name}: it is a map, such as \`name: value\``)
    return []
  }

  /** What `parse` makes of the value of `name`; null, and said, when that throws a RangeError. */
  parse<T>({ offset, envNames }: ResolvedText, name: string, parse: () => T): T | null {
    try {
      return parse()
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      return this.report(offset, hideValues(`${name}: ${error.message}`, envNames))
    }
  }

  /** Says that there is no such key, and which was meant, or which there are. */
  reportUnknownKey({ key, offset }: Entry, known: readonly string[]): void {
    const meant = closestName(key, known)
    const hint = meant === null ? `there are ${known.join(', ')}` : `was ${quote(meant)} meant?`
    // A line that is cut or quoted wrongly makes a key of its value, which may be a secret.
    const shown = /^[A-Za-z_][\w-]{0,39}$/.test(key) ? quote(key) : 'what stands here'
    this.report(offset, `${shown} is no key here: ${hint}`)
  }
}

/** A reason may quote a piece of the value: it is kept back where the environment was put in. */
export function hideValues(why: string, names: readonly string[]): string {
  if (names.length === 0) return why
  const what = /^[\w.-]+: /.exec(why)?.[0] ?? ''
  return `${what}not valid once ${names.join(', ')} is put in`
}
