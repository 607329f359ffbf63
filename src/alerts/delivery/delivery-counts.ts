/** What came of attempts and deliveries: `failed` counts attempts, the others deliveries that ended. */
export const DELIVERY_RESULTS = ['sent', 'failed', 'fallback', 'dead'] as const

export type DeliveryResult = (typeof DELIVERY_RESULTS)[number]

/** One sample of the metric. */
export interface DeliveryCount {
  readonly receiver: string
  readonly result: DeliveryResult
  readonly count: number
}

/** Counts by receiver and result, since the start. */
export class DeliveryCounts {
  /** Bounded by the receivers of the configuration. */
  #counts = new Map<string, Record<DeliveryResult, number>>()

  /** Receivers that are counted from now on. */
  configure(receivers: Iterable<string>): void {
    const before = this.#counts
    const zero = () => ({ sent: 0, failed: 0, fallback: 0, dead: 0 })
    this.#counts = new Map(Array.from(receivers, (name) => [name, before.get(name) ?? zero()]))
  }

  add(receiver: string, result: DeliveryResult): void {
    const counts = this.#counts.get(receiver)
    if (counts !== undefined) counts[result] += 1
  }

  get all(): readonly DeliveryCount[] {
    return Array.from(this.#counts, ([receiver, counts]) =>
      DELIVERY_RESULTS.map((result) => ({ receiver, result, count: counts[result] })),
    ).flat()
  }
}
