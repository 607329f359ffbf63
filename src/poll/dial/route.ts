/** Where connections lead and come from, if settings say so. Null for what they do not say. */
export interface Route {
  /** The addresses to connect to, in place of those of the host. */
  readonly resolve: readonly string[] | null
  /** The local address, or the name of a network interface. */
  readonly source: string | null
  /** The path of the Unix socket to connect to, in place of any address. */
  readonly unix: string | null
}

/** The route that these options make; null for none. */
export function routeOf({ resolve, source, unix }: Route): Route | null {
  return resolve === null && source === null && unix === null ? null : { resolve, source, unix }
}
