import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import type { ValidateFunction } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'

interface Shape {
  readonly properties: Readonly<Record<string, Shape & { readonly enum?: readonly string[] }>>
  readonly required: readonly string[]
}

/** The schema of output lines, as it is published. */
export const schema = JSON.parse(
  readFileSync(new URL('../../schema/output.schema.json', import.meta.url), 'utf8'),
) as { readonly $defs: Readonly<Record<'state' | 'summary', Shape>> }

const ajv = new Ajv2020({ strict: true, strictTypes: false, strictRequired: false, allErrors: true })
addFormats.default(ajv)
const validate: ValidateFunction = ajv.compile(schema)

/** What is wrong with a line by the published schema; '' when nothing is. */
export function faultsOf(line: unknown): string {
  return validate(line) ? '' : ajv.errorsText(validate.errors, { separator: '\n' })
}
