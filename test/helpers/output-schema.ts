import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Ajv2020 as Validator, ValidateFunction } from 'ajv/dist/2020.js'

interface Shape {
  readonly properties: Readonly<Record<string, Shape & { readonly enum?: readonly string[] }>>
  readonly required: readonly string[]
}

/** The schema of output lines, as it is published. */
export const schema = JSON.parse(
  readFileSync(new URL('../../schema/output.schema.json', import.meta.url), 'utf8'),
) as { readonly $defs: Readonly<Record<'state' | 'summary' | 'event', Shape>> }

let validate: ValidateFunction | null = null
let errorsText: Validator['errorsText']

/** Loaded by the tests that look at lines only: it takes a tenth of a second. */
function load(): ValidateFunction {
  const require = createRequire(import.meta.url)
  const { Ajv2020 } = require('ajv/dist/2020.js') as { readonly Ajv2020: typeof Validator }
  const addFormats = require('ajv-formats') as { readonly default: (ajv: Validator) => unknown }
  const ajv = new Ajv2020({ strict: true, strictTypes: false, strictRequired: false, allErrors: true })
  addFormats.default(ajv)
  errorsText = (...given) => ajv.errorsText(...given)
  return ajv.compile(schema)
}

/** What is wrong with a line by the published schema; '' when nothing is. */
export function faultsOf(line: unknown): string {
  validate ??= load()
  return validate(line) ? '' : errorsText(validate.errors, { separator: '\n' })
}
