import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { LOCAL_CAUSES } from '../../src/state/local-causes.ts'
import type { LocalCause } from '../../src/state/local-causes.ts'
import type { ReasonFacts } from '../../src/state/reason-facts.ts'
import { REASON_FACTS, REASONS } from '../../src/state/reasons.ts'
import { code, table } from './markdown.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const TABLE_FILE = 'src/state/local-causes.ts'
const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .map((name) => `src/${name}`)
  .filter((path) => path.endsWith('.ts') && path !== TABLE_FILE)
  .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }))

/** The source files that name a cause of `local`. */
export function filesOfCause(cause: LocalCause): string[] {
  return sources.filter(({ text }) => text.includes(`'${cause}'`)).map(({ path }) => path)
}

/** Each reason, when it is given and what to do, as a table in Markdown. */
export function reasonTable(reasons: Readonly<Record<string, ReasonFacts>>): string {
  return table(
    ['reason', 'verdict', 'when', 'what to do'],
    Object.entries(reasons).map(([name, { verdict, meaning, action }]) => [
      code(name),
      code(verdict),
      meaning,
      action,
    ]),
  )
}

/** What each reason leads to, as a table in Markdown. */
export function effectTable(reasons: Readonly<Record<string, ReasonFacts>>): string {
  return table(
    ['reason', '`detail`, or how it begins', 'second attempt', '`errCount`', 'uplink checked first'],
    Object.entries(reasons).map(([name, facts]) => [
      code(name),
      facts.text,
      facts.retried === true ? 'yes' : 'no',
      name === 'parent'
        ? 'as the poll found'
        : facts.verdict === 'unknown'
          ? 'stays'
          : facts.answered === true
            ? '0'
            : 'plus 1',
      facts.uplink === true ? 'yes' : 'no',
    ]),
  )
}

/** Each cause of `local`, with the files that detect it, as a table in Markdown. */
export function causeTable(): string {
  return table(
    ['`detail` has', 'when', 'what to do', 'detected in'],
    Object.entries(LOCAL_CAUSES).map(([cause, { text, meaning, action }]) => [
      text,
      meaning,
      action,
      filesOfCause(cause as LocalCause)
        .map(code)
        .join(', '),
    ]),
  )
}

/** The names of reasons with a verdict, for the JSON schema. */
export function reasonsOf(verdict: ReasonFacts['verdict']): string[] {
  return REASONS.filter((reason) => REASON_FACTS[reason].verdict === verdict)
}
