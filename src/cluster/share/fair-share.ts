/** What a machine holds of the list, and how many share it. */
export interface Shares {
  /** How many URLs the whole list has. */
  readonly urls: number
  /** How many machines live, this one included. */
  readonly machines: number
  /** The most URLs that this machine has room for. */
  readonly room: number
  /** How many URLs each batch that this machine holds has, the one that it has held longest first. */
  readonly held: readonly (readonly [batch: string, urls: number])[]
}

/** How many URLs this machine should hold. The shares of all machines are together at least the list. */
export function shareOf({ urls, machines, room }: Omit<Shares, 'held'>): number {
  return Math.min(room, Math.ceil(urls / Math.max(1, machines)))
}

/** Whether this machine should take one more batch. */
export function wantsMore(shares: Shares): boolean {
  return sum(shares) < shareOf(shares)
}

/**
 * The batches that this machine should hand back so that others have theirs: those that it took last, whose connections are the least
 * worth. It keeps its share or slightly more: a batch that is handed back must be wanted by somebody else.
 */
export function surplus(shares: Shares): string[] {
  const share = shareOf(shares)
  let left = sum(shares)
  const ids: string[] = []
  for (const [batch, urls] of shares.held.toReversed()) {
    if (left - urls < share) continue
    left -= urls
    ids.push(batch)
  }
  return ids
}

function sum({ held }: Shares): number {
  return held.reduce((total, [, urls]) => total + urls, 0)
}
