import type { Parameter } from '../../src/web/server/api-parameters.ts'
import { code, table } from './markdown.ts'

/** Parameters of a path of the API as a table in Markdown. */
export function parameterTable(parameters: readonly Parameter[]): string {
  return table(
    ['parameter', 'meaning', 'values', 'default'],
    parameters.map(({ name, meaning, schema }) => [
      code(name),
      meaning,
      valuesOf(schema),
      schema['default'] === undefined ? '' : code(textOf(schema['default'])),
    ]),
  )
}

function valuesOf(schema: Parameter['schema']): string {
  if (Array.isArray(schema['enum'])) return schema['enum'].map((value) => code(textOf(value))).join(', ')
  return schema['type'] === 'integer'
    ? `${textOf(schema['minimum'])} to ${textOf(schema['maximum'])}`
    : 'text'
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
