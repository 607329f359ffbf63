/** A JSON Schema: https://json-schema.org/draft/2020-12 */
export type Schema = Readonly<Record<string, unknown>>

/** Schemas of values that many answers have. */
export const COUNT: Schema = { type: 'integer', minimum: 0 }
export const TIME: Schema = { type: 'string', format: 'date-time' }

/** The schema of an object that has all of these properties. */
export function objectOf(properties: Readonly<Record<string, Schema>>, description?: string): Schema {
  const described = description === undefined ? {} : { description }
  return { type: 'object', ...described, properties, required: Object.keys(properties) }
}
