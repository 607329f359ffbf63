/** What can't be used: the message is for a person and begins with its place. */
export interface InvalidValue {
  /** `FILE:LINE:COLUMN` in a configuration, else `error`. */
  readonly place: string
  /** The flag, variable or key. */
  readonly name: string
  /** A clause. It holds the value only where that can't be a secret. */
  readonly why: string
}

/** The one form of a message about a value that is refused. The value is not part of it: it may be a secret. */
export function invalidValueText({ place, name, why }: InvalidValue): string {
  return `${place}: ${name}: ${why}`
}

/** What `parse` makes of a value, or why it is refused. */
export function tryParse<T>(parse: () => T): { readonly value: T } | { readonly why: string } {
  try {
    return { value: parse() }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return { why: error.message }
  }
}

/** An argument for a message: the name of a flag, without its value. */
export function redactArgument(argument: string): string {
  const name = /^(?:--[a-z0-9][a-z0-9-]{0,30}(?=$|=)|-[a-z0-9])/i.exec(argument)?.[0]
  return name ?? 'an argument that begins with a dash'
}
