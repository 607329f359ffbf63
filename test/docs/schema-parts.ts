import { FLAGS } from '../../src/command/flag-table.ts'
import { URL_SETTINGS } from '../../src/settings/url-setting-table.ts'
import { REASONS } from '../../src/state/reasons.ts'
import { configProperties, groupProperties } from './config-schema.ts'
import type { Properties } from './config-schema.ts'
import { reasonsOf } from './reason-docs.ts'

/** A value in a published JSON Schema that is made from the code. */
export interface SchemaPart {
  /** Relative to the root of the repository. */
  readonly page: string
  /** The keys that lead to the value. */
  readonly path: readonly string[]
  readonly value: (current: Properties) => unknown
}

const OUTPUT = 'schema/output.schema.json'

/** All generated values of schemas. */
export const SCHEMA_PARTS: readonly SchemaPart[] = [
  { page: OUTPUT, path: ['$defs', 'state', 'properties', 'reason', 'enum'], value: () => REASONS },
  { page: OUTPUT, path: ['$defs', 'state', 'allOf'], value: verdictRules },
  {
    page: 'schema/config.schema.json',
    path: ['properties'],
    value: (current) => configProperties(current, FLAGS),
  },
  {
    page: 'schema/config.schema.json',
    path: ['definitions', 'group', 'properties'],
    value: (current) => groupProperties(current, URL_SETTINGS),
  },
]

/** The JSON with the generated values in their places. Throws when a place is missing. */
export function fillSchema(json: string, parts: readonly SchemaPart[]): string {
  const schema = JSON.parse(json) as Record<string, unknown>
  for (const { path, value } of parts) {
    const parent = path.slice(0, -1).reduce((node, key) => node[key] as Record<string, unknown>, schema)
    const last = path.at(-1) as string
    if (!(last in parent)) throw new Error(`${path.join('.')} is missing`)
    parent[last] = value(parent[last] as Properties)
  }
  return JSON.stringify(schema, null, 2)
}

/** Each verdict goes with its own reasons. If the line has an `answer`, they go with that. */
function verdictRules(): unknown {
  return (['up', 'down', 'unknown'] as const).flatMap((verdict) => {
    const reasons = reasonsOf(verdict)
    return [
      rule({ properties: { verdict: { const: verdict }, answer: false } }, reasons),
      // While its parent is down, that is the reason, whatever the poll found.
      rule({ properties: { answer: { const: verdict } }, required: ['answer'] }, [
        ...new Set([...reasons, 'parent']),
      ]),
    ]
  })
}

function rule(condition: object, reasons: readonly string[]): unknown {
  // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema
  return { if: condition, then: { properties: { reason: { enum: reasons } } } }
}
