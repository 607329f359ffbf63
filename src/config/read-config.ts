import { dirname } from 'node:path'
import { LineIndex } from '../settings/line-index.ts'
import { redactName } from '../settings/quote.ts'
import { identityNames } from './aws.ts'
import type { Config, ConfigFlag, ConfigProblem, ReadAlerts } from './config.ts'
import { clientNames } from './oauth2.ts'
import { placeProblems } from './place-problems.ts'
import { TopLevelReader } from './top-level.ts'
import type { TreeProblem } from './tree.ts'
import { ValueReader } from './value-reader.ts'
import { parseYaml } from './yaml-tree.ts'

/** The most problems that are reported; the others are counted. */
const MAX_PROBLEMS = 100

/** A list: its first line that is no comment begins with a URL. */
const LIST = /^(?:[ \t]*(?:#.*)?\r?\n)*[ \t]*[a-z]+:\/\//

/** Parses the text of the configuration at `path` and collects its problems. Without `readAlerts`, it knows no keys of alerts. */
export function readConfig(
  text: string,
  path: string,
  flags: readonly ConfigFlag[],
  env: NodeJS.ProcessEnv,
  readAlerts: ReadAlerts | null = null,
): {
  readonly config: Config
  readonly problems: readonly ConfigProblem[]
  /** Environment variables that the text uses. */
  readonly envNames: ReadonlySet<string>
  /** To be called when the configuration is in use. */
  readonly redefine: () => void
} {
  const places = new LineIndex(text)
  const positionAt = (offset: number) => `${redactName(path)}:${places.position(offset)}`
  const reader = new ValueReader(env)
  const { tree, problems: yamlProblems } = parseYaml(text)
  const isList = tree?.type === 'list' || LIST.test(text)
  if (isList) reader.report(tree?.offset ?? 0, 'this looks like a list, not a configuration: read it with -f')
  const top =
    tree === null || tree.type === 'nothing' || isList ? [] : reader.entries(tree, 'the configuration')
  const config = new TopLevelReader(reader, dirname(path), flags, positionAt, readAlerts).read(top)
  const bounded = (found: readonly TreeProblem[]) => {
    const problems = placeProblems(found, positionAt)
    const more = problems.length - MAX_PROBLEMS
    if (more <= 0) return problems
    return [...problems.slice(0, MAX_PROBLEMS), { position: redactName(path), why: `and ${more} more` }]
  }
  return {
    config: {
      ...config,
      warnings: bounded(reader.warnings),
      files: [...reader.files],
      endsWithNewline: text === '' || text.endsWith('\n'),
    },
    problems: bounded([...(isList ? [] : yamlProblems), ...reader.problems]),
    envNames: reader.envNames,
    redefine() {
      for (const names of [clientNames, identityNames]) names.keep(reader.number)
      for (const define of reader.redefinitions) define()
    },
  }
}
