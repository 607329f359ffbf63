import type { Phases } from '../../state/state.ts'

/** The time that each phase took between two moments. */
export function differenceOf(after: Readonly<Phases>, before: Readonly<Phases>): Phases {
  return {
    dns: after.dns - before.dns,
    connect: after.connect - before.connect,
    tls: after.tls - before.tls,
    wait: after.wait - before.wait,
    ...(after.proxy === undefined ? {} : { proxy: after.proxy - (before.proxy ?? 0) }),
  }
}
