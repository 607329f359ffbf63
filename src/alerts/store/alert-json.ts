import { DamagedBlob } from '../../sqlite/store-error.ts'

/** A row as JSON. What JSON has no number for becomes null. */
export function toJson(value: unknown): string {
  return JSON.stringify(value)
}

/** A row from JSON. Throws a DamagedBlob for what is none. */
export function fromJson(text: unknown): unknown {
  if (typeof text !== 'string') throw new DamagedBlob('a row holds no text')
  try {
    return JSON.parse(text, revive)
  } catch (error) {
    throw new DamagedBlob(`a row holds no JSON: ${error instanceof Error ? error.message : String(error)}`)
  }
}

/** A row of these fields from JSON. Throws a DamagedBlob for what is none, or not that of its key: a changed byte may leave JSON. */
export function rowOf<Row>(
  text: unknown,
  fields: Readonly<Record<string, 'string' | 'object'>>,
  isOfKey: (row: Row) => boolean = () => true,
): Row {
  const row = fromJson(text) as Readonly<Record<string, unknown>> | null
  const isWhole = Object.entries(fields).every(([name, type]) => typeof row?.[name] === type && row?.[name])
  if (row === null || !isWhole || !isOfKey(row as Row)) throw new DamagedBlob('a row is not what it was')
  return row as Row
}

/** A URL without a certificate has NaN for the time that it expires, see SeenState. */
function revive(name: string, value: unknown): unknown {
  return name === 'certificateExpiresAt' && value === null ? Number.NaN : value
}
