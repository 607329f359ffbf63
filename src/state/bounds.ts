/** How full something is that has a bound. */
export interface Fill {
  readonly used: number
  readonly most: number
}

/** What can fill up in a poller: its polls in flight, and what it keeps of names, TLS sessions and connections. */
export interface PollerBounds {
  readonly polls: Fill
  readonly names: Fill
  readonly sessions: Fill
  readonly connections: Fill
}

/** All of a kind together. */
export function together(fills: readonly Fill[]): Fill {
  return {
    used: fills.reduce((sum, { used }) => sum + used, 0),
    most: fills.reduce((sum, { most }) => sum + most, 0),
  }
}
