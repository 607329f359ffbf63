/** Datagrams that are remembered, about. */
const MEMORY = 1_024

/** What is taken for granted of a server that nothing is known of: as if of two datagrams a twentieth were lost. */
const PRIOR_LOST = 0.05
const PRIOR_SENT = 2

/** How many datagrams a server leaves unanswered, as far as questions that were answered in the end tell. */
export class PacketLoss {
  #sent = 0
  #lost = 0

  /** One datagram more. */
  record(lost: boolean): void {
    this.#sent++
    if (lost) this.#lost++
    if (this.#sent < MEMORY) return
    this.#sent /= 2
    this.#lost /= 2
  }

  /**
   * How likely it is that the next `datagrams` are all lost: the rule of succession, so that what is little known is
   * thought more likely than the rate alone says.
   */
  likelihood(datagrams: number): number {
    let likelihood = 1
    for (let n = 0; n < datagrams; n++)
      likelihood *= (PRIOR_LOST + this.#lost + n) / (PRIOR_SENT + this.#sent + n)
    return likelihood
  }
}
