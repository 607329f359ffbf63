/** How full something is that has a bound. */
export interface Usage {
  readonly used: number
  readonly most: number
}

/** What can fill up in a poller: its polls in flight, and what it keeps of names, TLS sessions and connections. */
export interface PollerBounds {
  readonly polls: Usage
  readonly names: Usage
  readonly sessions: Usage
  readonly connections: Usage
}

/** All of a kind together. */
export function sumUsage(fills: readonly Usage[]): Usage {
  return {
    used: fills.reduce((sum, { used }) => sum + used, 0),
    most: fills.reduce((sum, { most }) => sum + most, 0),
  }
}
