import { readFileSync } from 'node:fs'

/** The rest of the path of this file below the root, in the source, or of the bundle that it is part of. */
const BELOW_ROOT = /(?:src\/cluster\/engine|src\/shared|workers)\/[^/]+$/

/** The scripts that run in the engine, a file each beside this one, and how many of their arguments are keys. */
const SCRIPTS = { pulse: 3, take: 3, report: 3, plan: 5, missing: 2, alerts: 2, drain: 2 } as const

/** The name of a script. */
export type ScriptName = keyof typeof SCRIPTS

/** A script, as ioredis defines it. */
export interface Script {
  readonly name: ScriptName
  readonly lua: string
  readonly keys: number
}

/** Reads the scripts. The published program has them in the same folder. */
export function loadScripts(): Script[] {
  const folder = new URL('src/cluster/engine/', import.meta.url.replace(BELOW_ROOT, ''))
  return Object.entries(SCRIPTS).map(([name, keys]) => ({
    name: name as ScriptName,
    lua: readFileSync(new URL(`${name}.lua`, folder), 'utf8'),
    keys,
  }))
}
