import { escapeText } from '../../print/text/escape.ts'
import { formatDuration } from '../../resource/format-duration.ts'
import { LEASE_MS } from '../share/lease.ts'
import { isLive } from './machines.ts'
import type { MachineStatus } from './messages.ts'

/** So many times in a row lists have to differ, a pulse apart, before it is said: one minute. They are read at different times. */
export const DIFFERING_PULSES = 150

/** Says once, and again after it was well, what of the machines people should change. Polls are not touched by any of it. */
export class MachineNotices {
  readonly #notice: (line: string) => void
  #saidClock = false
  #differing = 0
  #saidPart = false

  /** `notice` takes a line for standard error. */
  constructor(notice: (line: string) => void) {
    this.#notice = notice
  }

  /** This is what the machines say of themselves. */
  check(own: MachineStatus, others: readonly MachineStatus[]): void {
    this.#checkClock(own)
    this.#checkLists(own)
    const other = others.find((one) => isLive(one) && one.list !== '' && one.list !== own.list)
    this.#differing = own.list === '' || other === undefined ? 0 : this.#differing + 1
    if (other === undefined || this.#differing !== DIFFERING_PULSES) return
    const polled =
      other.zone === own.zone
        ? 'only those of the machine that plans are polled'
        : 'a URL that some zones do not have is polled by the others alone'
    this.#notice(
      `the lists of this machine are not those of ${escapeText(other.name)}: ${polled}; give all machines the same, or another --cluster-name`,
    )
  }

  #checkLists({ isPart, plans }: MachineStatus): void {
    if (isPart && plans && !this.#saidPart)
      this.#notice(
        'no machine has read all of its lists: URLs are added to the plan of the cluster, and those that have left a list are polled until one has',
      )
    this.#saidPart = isPart && plans
  }

  #checkClock({ clockMs }: MachineStatus): void {
    const isOff = Math.abs(clockMs) > LEASE_MS
    if (isOff && !this.#saidClock)
      this.#notice(
        `the clock of this machine is ${formatDuration(Math.abs(clockMs))} ${clockMs < 0 ? 'behind' : 'ahead of'} that of the cluster's server: polls are not touched, but times that machines show differ`,
      )
    this.#saidClock = isOff
  }
}
