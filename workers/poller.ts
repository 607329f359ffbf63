import { Poller } from '../src/poll/poller.ts'
import { threadCpuMs } from '../src/runtime/cpu.ts'
import { currentThreadId } from '../src/runtime/thread-usage.ts'
import { Outbox } from '../src/threads/outbox.ts'
import { PollerHandler } from '../src/threads/poller-handler.ts'
import { HEARTBEAT_MS } from '../src/threads/protocol.ts'
import type { PendingMessage, PollerLaunch, Reachable } from '../src/threads/protocol.ts'

/**
 * The thread of a poller. Receives Resources on `pending`, sends States to the monitor on `status` and the Resources back to main on
 * `complete`.
 */
export default async function run(launch: PollerLaunch): Promise<void> {
  const { number, options, profiles, files, pending, complete, status } = launch
  const outbox = new Outbox(status, complete)
  const poller = new Poller(number, options, outbox)
  poller.setFiles(files)
  poller.setProfiles(profiles)
  const handler = new PollerHandler(poller, outbox, async () => {
    const { ProbeDesk } = await import('../src/web/probe/probe-desk.ts')
    return new ProbeDesk(poller.probing)
  })
  pending.on('message', (message: PendingMessage) => handler.handle(message))
  const heartbeat = setInterval(
    () => outbox.heartbeat(reachable(poller), threadCpuMs(), poller.bounds),
    HEARTBEAT_MS,
  )
  outbox.ready(currentThreadId())
  await handler.stopRequested

  await poller.stop()
  clearInterval(heartbeat)
  // Before `close`, which releases what the bounds count.
  const { bounds } = poller
  poller.close()
  outbox.cpu(threadCpuMs(), bounds)
  outbox.close()
  pending.close()
}

function reachable({ uplink, proxies }: Poller): Reachable {
  return { canaries: uplink.known, proxies: proxies.proven }
}
