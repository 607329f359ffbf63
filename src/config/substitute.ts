/** Why a text can't be filled in, and at which of its UTF-16 units. The message is a clause for a person. */
export class SubstituteError extends RangeError {
  readonly at: number
  constructor(at: number, why: string) {
    super(why)
    this.name = 'SubstituteError'
    this.at = at
  }
}

/**
 * Puts the environment into a text: `${NAME}`, `${NAME:-used where it is not set or empty}`, `$$` for a dollar. Throws a
 * SubstituteError. Says which names were put in: what they stand for may be secret.
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
        throw new SubstituteError(at, 'not ${NAME} or ${NAME:-default}; $$ stands for a dollar')
      names.push(name)
      const value = Object.hasOwn(env, name) ? env[name] : undefined
      if (fallback !== undefined) return value === undefined || value === '' ? fallback : value
      if (value === undefined) throw new SubstituteError(at, `there is no ${name} in the environment`)
      return value
    },
  )
  return { text: substituted, names }
}
