import type { Flag } from '../settings/flag.ts'
import type { Layer, Setting } from './precedence.ts'
import { tryParse, invalidValueText } from './invalid-value.ts'
import { closestName } from '../settings/closest-name.ts'
import { redactName } from '../settings/quote.ts'

type Env = Readonly<Record<string, string | undefined>>

/** The flags that the environment sets. */
export interface Environment {
  readonly layer: Layer
  readonly mistakes: readonly string[]
  /** Variables that begin with HEADCOUNT_ and set no flag. */
  readonly unknown: readonly string[]
}

const PREFIX = 'HEADCOUNT_'

/** For sub-commands that ask a headcount that runs. */
const OF_SUB_COMMANDS = new Set(['HEADCOUNT_SERVER'])

/** What is asked for on the command line alone. */
const ON_LINE: ReadonlyMap<string, string> = new Map(
  ['help', 'version'].map((name) => [variableOf(name), `--${name}`]),
)

/** Kubernetes sets these in every container next to a service named headcount. */
const KUBERNETES_VARIABLES = /^HEADCOUNT_(?:SERVICE_|PORT$|PORT_)/

/**
 * Reads the environment: HEADCOUNT_STATUS_INTERVAL is `--status-interval`, HEADCOUNT_KEEP_ALIVE=1 is `--keep-alive`, and
 * HEADCOUNT_NO_KEEP_ALIVE=1 is `--no-keep-alive`. An empty variable counts as not set. A repeatable flag has one value on each line,
 * since commas, spaces and semicolons can be part of a value.
 */
export function readEnvironment(env: Env, flags: readonly Flag[]): Environment {
  const layer = new Map<string, Setting>()
  const mistakes: string[] = []
  const known = new Set(OF_SUB_COMMANDS)
  for (const flag of flags) {
    for (const [name, parse] of variablesOf(flag)) {
      known.add(name)
      const text = env[name] ?? ''
      if (text.trim() === '') continue
      const read = tryParse(() => parse(text))
      const before = layer.get(flag.name)
      const why =
        before !== undefined && 'value' in read && before.value !== read.value
          ? `it says the opposite of ${before.name}`
          : 'why' in read
            ? read.why
            : null
      if (why !== null) mistakes.push(invalidValueText({ place: 'error', name, why }))
      else if ('value' in read)
        layer.set(flag.name, { value: read.value, source: 'environment', name, place: 'error' })
    }
  }
  const unknown = Object.keys(env).filter(
    (name) => name.toUpperCase().startsWith(PREFIX) && !known.has(name) && !KUBERNETES_VARIABLES.test(name),
  )
  return { layer, mistakes, unknown }
}

/** A warning about each unknown variable, with the nearest name. */
export function unknownText(unknown: readonly string[], flags: readonly Flag[]): string[] {
  const known = flags.flatMap(({ name, takes }) => (takes === 'switch' ? [name, `no-${name}`] : [name]))
  return unknown.map((name) => {
    const onLine = ON_LINE.get(name.toUpperCase())
    if (onLine !== undefined)
      return `${name} is set, and has no effect: ${onLine} is for the command line alone`
    const meant = closestName(name.slice(PREFIX.length).replaceAll('_', '-'), known)
    const hint = meant === null ? '' : `: was ${variableOf(meant)} meant?`
    return `${redactName(name)} is set, and there is no such flag${hint}`
  })
}

/** The variable that sets the flag with this long name. */
export function variableOf(name: string): string {
  return PREFIX + name.replaceAll('-', '_').toUpperCase()
}

function variablesOf({
  name,
  takes,
  type: { parse },
}: Flag): [variable: string, parse: (text: string) => unknown][] {
  const variable = variableOf(name)
  if (takes === 'values') return [[variable, (text) => linesOf(text).map((line) => parse(line))]]
  if (takes !== 'switch') return [[variable, parse]]
  return [
    [variable, (text) => parse(text.trim())],
    [variableOf(`no-${name}`), (text) => !(parse(text.trim()) as boolean)],
  ]
}

function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
}
