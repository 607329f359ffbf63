/** A `${…}` that can't be substituted. The message is a clause; `at` is its offset in UTF-16 units. */
export class SubstituteError extends RangeError {
  readonly at: number
  constructor(at: number, why: string) {
    super(why)
    this.name = 'SubstituteError'
    this.at = at
  }
}

/**
 * Substitutes environment variables in a text: `${NAME}`, `${NAME:-used if it is unset or empty}`, `$$` for a dollar. Returns the
 * names that it used, since their values may be secret. Throws a SubstituteError.
 */
export function substitute(
  text: string,
  env: Readonly<Record<string, string | undefined>>,
): { readonly text: string; readonly names: readonly string[] } {
  const names: string[] = []
  const substituted = text.replaceAll(
    /\$(?:\$|\{([^}]*)(\}?))/g,
    (_, inner: string | undefined, end: string, at: number) => {
      if (inner === undefined) return '$'
      const [, name, fallback] = /^([A-Za-z_]\w*)(?::-(.*))?$/s.exec(inner) ?? []
      if (name === undefined || end === '')
        throw new SubstituteError(at, 'write ${NAME} or ${NAME:-default}, and $$ for a dollar')
      names.push(name)
      const value = Object.hasOwn(env, name) ? env[name] : undefined
      if (fallback !== undefined) return value === undefined || value === '' ? fallback : value
      if (value === undefined) throw new SubstituteError(at, `the environment variable ${name} is not set`)
      return value
    },
  )
  return { text: substituted, names }
}
