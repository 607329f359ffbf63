import type { PollOptions } from '../settings/poll-options.ts'
import { Deadlines } from './attempt/deadlines.ts'
import { StallDetector } from './attempt/stall-detector.ts'
import { createCanaryProbe } from './create-canary-probe.ts'
import type { PollerHooks } from './poller-hooks.ts'
import { Prober } from './prober.ts'
import { ProfileTable } from './profile-table.ts'
import { ProxyMonitors } from './proxy-monitors.ts'
import { CanaryProber } from './verdict/canary-prober.ts'
import { LocalFaults } from './verdict/local-faults.ts'
import { Routes } from './verdict/routes.ts'
import { UplinkMonitor } from './verdict/uplink-monitor.ts'

/** What the polls of a poller share: it outlives each of them. */
export interface PollerParts {
  readonly prober: Prober
  readonly profiles: ProfileTable
  readonly deadlines: Deadlines
  readonly stalls: StallDetector
  readonly faults: LocalFaults
  readonly canaries: CanaryProber
  readonly uplink: UplinkMonitor
  readonly proxies: ProxyMonitors
  readonly routes: Routes
}

/** Makes the parts of a poller. `now`: the monotonic clock, in ms. Throws if the TLS options can't be used. */
export function createParts(options: PollOptions, hooks: PollerHooks, now: () => number): PollerParts {
  const notice = (line: string) => hooks.notice(line)
  const stalls = new StallDetector(now(), Date.now())
  const deadlines = new Deadlines(now, stalls)
  const prober = new Prober(options, now, (client, refused) => hooks.renew(client, refused))
  const profiles = new ProfileTable(prober, options)
  const canaries = new CanaryProber(
    // Those that the list has given answered without a proxy, whatever the flags say.
    createCanaryProbe(prober, ({ url }) =>
      options.canaries.includes(url) ? profiles.canaries : profiles.direct,
    ),
    deadlines,
    options.timeoutMs,
    now,
  )
  const uplink = new UplinkMonitor(options, now, canaries.probe, (why) => hooks.uplink(why))
  return {
    prober,
    profiles,
    deadlines,
    stalls,
    faults: new LocalFaults(options.concurrency, now, notice),
    canaries,
    uplink,
    proxies: new ProxyMonitors(options, prober, deadlines, notice, now),
    routes: new Routes(() => uplink.canaries, now),
  }
}
