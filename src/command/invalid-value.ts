/** A value that is refused. */
export interface InvalidValue {
  /** `FILE:LINE:COLUMN` in a configuration, otherwise `error`. */
  readonly place: string
  /** The flag, variable or key. */
  readonly name: string
  /** A clause for the user, without the value unless that cannot be a secret. */
  readonly why: string
}

/** The message about a refused value. It does not show the value, which may be a secret. */
export function invalidValueText({ place, name, why }: InvalidValue): string {
  return `${place}: ${name}: ${why}`
}

/** The result of `parse`, or the reason of its RangeError. */
export function tryParse<T>(parse: () => T): { readonly value: T } | { readonly why: string } {
  try {
    return { value: parse() }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return { why: error.message }
  }
}

/** An argument as messages can show it: the name of a flag without its value. */
export function redactArgument(argument: string): string {
  const name = /^(?:--[a-z0-9][a-z0-9-]{0,30}(?=$|=)|-[a-z0-9])/i.exec(argument)?.[0]
  return name ?? 'an argument that begins with a dash'
}
