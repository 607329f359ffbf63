import type { ExecutionContext } from 'ava'
import { isFailure } from '../../src/poll/attempt/failure.ts'
import { Resolver } from '../../src/poll/dns/resolver.ts'
import type { LookupResult, ResolverOptions } from '../../src/poll/dns/resolver.ts'
import { REASON_FACTS } from '../../src/state/reasons.ts'
import { nameFiles } from './test-dialer.ts'

const STEP_MS = 20

/** A clock that goes on with the turns of the event loop only: on a busy machine it is late with everything else. */
export class LoopClock {
  readonly #alarms = new Map<() => void, number>()
  #ms = 0

  constructor(t: Pick<ExecutionContext, 'teardown'>) {
    const timer = setInterval(() => this.#advance(), STEP_MS / 2)
    t.teardown(() => clearInterval(timer))
  }

  readonly now = (): number => this.#ms

  /** Calls `alarm` in so many ms, and returns what stops that. */
  after(ms: number, alarm: () => void): () => void {
    this.#alarms.set(alarm, this.#ms + ms)
    return () => this.#alarms.delete(alarm)
  }

  #advance(): void {
    this.#ms += STEP_MS
    for (const [alarm, at] of this.#alarms) {
      if (at > this.#ms) continue
      this.#alarms.delete(alarm)
      alarm()
    }
  }
}

/** Looks names up as polls do, with a clock of its own. */
export class TestResolver {
  readonly names: Resolver
  readonly clock: LoopClock

  constructor(names: Resolver, clock: LoopClock) {
    this.names = names
    this.clock = clock
  }

  /** What a poll with this deadline, in ms, finds of the name: addresses, or reason and detail. */
  lookUp(name: string, timeoutMs = 3_000): Promise<string> {
    return new Promise((resolve) => {
      const end = (found: LookupResult | undefined) => {
        noDeadline()
        if (found === undefined) resolve(`timeout: ${REASON_FACTS.timeout.text} (dns)`)
        else resolve(isFailure(found) ? `${found.reason}: ${found.detail}` : found.join(' '))
      }
      let stop = () => {}
      const noDeadline = this.clock.after(timeoutMs, () => {
        stop()
        end(this.names.timeoutFailure(name))
      })
      stop = this.names.lookup(name, end)
    })
  }
}

/** Names that are asked of these servers, closed at the end of the test. */
export async function testResolver(
  t: ExecutionContext,
  resolvers: readonly string[],
  options: Partial<Pick<ResolverOptions, 'family'>> & { resolvConf?: string } = {},
): Promise<TestResolver> {
  const clock = new LoopClock(t)
  const { family = 0 } = options
  const names = new Resolver({ family, resolvers }, clock.now, await nameFiles(t, options))
  t.teardown(() => names.close())
  return new TestResolver(names, clock)
}
