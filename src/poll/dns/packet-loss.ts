/** Older datagrams count half after this many. */
const MEMORY = 1_024

/** The initial assumption for a server: as if 0.05 of 2 datagrams had been lost. */
const PRIOR_LOST = 0.05
const PRIOR_SENT = 2

/** The share of datagrams that a server leaves unanswered, measured by questions that were answered in the end. */
export class PacketLoss {
  #sent = 0
  #lost = 0

  /** Records a datagram. */
  record(lost: boolean): void {
    this.#sent++
    if (lost) this.#lost++
    if (this.#sent < MEMORY) return
    this.#sent /= 2
    this.#lost /= 2
  }

  /**
   * How likely it is that the next `datagrams` are all lost. By the rule of succession: the less is known, the higher it is
   * above the measured rate.
   */
  likelihood(datagrams: number): number {
    let likelihood = 1
    for (let n = 0; n < datagrams; n++)
      likelihood *= (PRIOR_LOST + this.#lost + n) / (PRIOR_SENT + this.#sent + n)
    return likelihood
  }
}
