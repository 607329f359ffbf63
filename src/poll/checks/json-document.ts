/** Integers with so many digits may be too large for a number. */
const LONG_INTEGER = /\d{16}/

const INTEGER = /^-?\d+$/

/** More values than this take too long to search, in a thread that polls other URLs too. */
const MAX_VALUES = 10_000

/** Parses JSON. Integers that a number can't hold exactly become a bigint. Throws a SyntaxError, or a RangeError if it is nested too deeply. */
export function parseJson(text: string): unknown {
  return LONG_INTEGER.test(text) ? JSON.parse(text, withBigInts as Reviver) : JSON.parse(text)
}

/** The reviver of JSON.parse, with the parameter that TypeScript does not know yet. */
type Reviver = (key: string, value: unknown) => unknown

function withBigInts(_: string, value: unknown, { source }: { source?: string }): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value) || source === undefined) return value
  return INTEGER.test(source) ? BigInt(source) : value
}

/** Whether a document has more than MAX_VALUES values, at any depth. */
export function isLarge(document: unknown): boolean {
  const rest: unknown[] = [document]
  for (let count = 0; rest.length > 0; count++) {
    if (count > MAX_VALUES) return true
    const value = rest.pop()
    if (typeof value !== 'object' || value === null) continue
    const children: unknown[] = Object.values(value)
    if (children.length > MAX_VALUES) return true
    rest.push(...children)
  }
  return false
}
