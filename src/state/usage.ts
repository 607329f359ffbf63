/** How full a bounded collection is. */
export interface Usage {
  readonly used: number
  readonly most: number
}

/** The bounded collections of a poller: polls in flight, cached names and TLS sessions, kept connections. */
export interface PollerBounds {
  readonly polls: Usage
  readonly names: Usage
  readonly sessions: Usage
  readonly connections: Usage
}

/** Adds up several of the same kind. */
export function sumUsage(fills: readonly Usage[]): Usage {
  return {
    used: fills.reduce((sum, { used }) => sum + used, 0),
    most: fills.reduce((sum, { most }) => sum + most, 0),
  }
}
