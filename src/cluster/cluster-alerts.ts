import type { MessagePort } from 'node:worker_threads'
import type { ClusterMessage } from './engine/messages.ts'

/** Whether this machine is the one of the cluster that tells people of alerts. */
export class ClusterAlerts {
  readonly #post: (message: ClusterMessage, transfer?: MessagePort[]) => void
  #isAsked = false
  #isHeld = false
  #held: () => void = () => {}
  #lost: () => void = () => {}

  constructor(post: (message: ClusterMessage, transfer?: MessagePort[]) => void) {
    this.#post = post
  }

  /** There are alerts: calls `held` whenever this machine is the one, and `lost` when it is no more. */
  follow(held: () => void, lost: () => void): void {
    this.#held = held
    this.#lost = lost
    this.#isAsked = true
    this.ask()
  }

  /** There is another cluster thread, which does not know of alerts yet. */
  ask(): void {
    if (this.#isAsked) this.#post({ type: 'alerts' })
  }

  /** An alerter gets the state of alerts on this port, and changes it there. */
  connect(port: MessagePort): void {
    this.#post({ type: 'shared', port }, [port])
  }

  /** The engine has said so, or the cluster thread has died. */
  changed(isHeld: boolean): void {
    if (isHeld === this.#isHeld) return
    this.#isHeld = isHeld
    if (isHeld) this.#held()
    else this.#lost()
  }
}
