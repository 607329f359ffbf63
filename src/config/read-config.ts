import { dirname } from 'node:path'
import { LineIndex } from '../settings/line-index.ts'
import { redactName } from '../settings/quote.ts'
import type { Config, ConfigFlag, ConfigProblem } from './config.ts'
import { TopLevelReader } from './top-level.ts'
import { ValueReader } from './value-reader.ts'
import { parseYaml } from './yaml-tree.ts'

/** The most problems that are reported; the others are counted. */
const MAX_PROBLEMS = 100

/** Parses the text of the configuration at `path` and collects its problems. */
export function readConfig(
  text: string,
  path: string,
  flags: readonly ConfigFlag[],
  env: NodeJS.ProcessEnv,
): {
  readonly config: Config
  readonly problems: readonly ConfigProblem[]
  /** Environment variables that the text uses. */
  readonly envNames: ReadonlySet<string>
} {
  const places = new LineIndex(text)
  const positionAt = (offset: number) => `${redactName(path)}:${places.position(offset)}`
  const reader = new ValueReader(env)
  const { tree, problems: yamlProblems } = parseYaml(text)
  const top = tree === null || tree.type === 'nothing' ? [] : reader.entries(tree, 'the configuration')
  const config = new TopLevelReader(reader, dirname(path), flags, positionAt).read(top)
  // A problem in an anchor is found again at each alias, and reported once.
  const distinct = new Map(
    [...yamlProblems, ...reader.problems].map(({ offset, why }) => [`${offset} ${why}`, { offset, why }]),
  )
  const problems = [...distinct.values()]
    .toSorted((a, b) => a.offset - b.offset)
    .map(({ offset, why }) => ({ position: positionAt(offset), why }))
  const reported = problems.slice(0, MAX_PROBLEMS)
  const more = problems.length - reported.length
  if (more > 0) reported.push({ position: redactName(path), why: `and ${more} more` })
  return {
    config: { ...config, endsWithNewline: text === '' || text.endsWith('\n') },
    problems: reported,
    envNames: reader.envNames,
  }
}
