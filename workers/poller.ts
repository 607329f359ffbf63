import { threadCpuMs } from '../src/runtime/cpu.ts'
import { Poller } from '../src/poll/poller.ts'
import { escapeText } from '../src/print/text/escape.ts'
import { unpackResources } from '../src/resource/resource-batch.ts'
import { Outbox } from '../src/threads/outbox.ts'
import { HEARTBEAT_MS } from '../src/threads/protocol.ts'
import { currentThreadId } from '../src/runtime/thread-usage.ts'
import type { CompleteMessage, PendingMessage, PollerLaunch } from '../src/threads/protocol.ts'

/** A line for standard error is shown up to this length, in UTF-16 units. */
const MAX_NOTICE_LENGTH = 500

/** A poller's thread: takes Resources from `pending`, sends States to `status` and the Resources back on `complete`. */
export default async function run({
  number,
  options,
  profiles,
  pending,
  complete,
  status,
}: PollerLaunch): Promise<void> {
  const outbox = new Outbox(status, complete)
  const poller = new Poller(number, options, {
    state: (state) => outbox.state(state),
    complete: (resource) => outbox.complete(resource),
    started: (id) => complete.postMessage({ type: 'begun', id } satisfies CompleteMessage),
    uplink: (why) => outbox.uplink(why === null ? null : escapeText(why, MAX_NOTICE_LENGTH)),
    notice: (line) => outbox.notice(escapeText(line, MAX_NOTICE_LENGTH)),
  })
  poller.setProfiles(profiles)
  const heartbeat = setInterval(() => {
    complete.postMessage({ type: 'heartbeat', answered: poller.uplink.known } satisfies CompleteMessage)
    outbox.cpu(threadCpuMs(), poller.bounds)
  }, HEARTBEAT_MS)

  const stopRequested = new Promise<void>((resolve) => {
    pending.on('message', (message: PendingMessage) => {
      switch (message.type) {
        case 'resources':
          poller.accept(unpackResources(message.batch), message.suspects)
          break
        case 'profiles':
          poller.setProfiles(message.profiles)
          break
        case 'status':
          outbox.setStatusPort(message.status)
          break
        case 'canaries':
          poller.uplink.setSharedCanaries(message.canaries)
          break
        case 'stop':
          resolve()
          break
        default:
          message satisfies never
      }
    })
  })
  complete.postMessage({ type: 'ready', threadId: currentThreadId() } satisfies CompleteMessage)
  await stopRequested

  await poller.stop()
  // Before all of it is let go.
  const { bounds } = poller
  poller.close()
  outbox.flush()
  clearInterval(heartbeat)
  outbox.cpu(threadCpuMs(), bounds)
  outbox.close()
  for (const port of [pending, complete]) port.close()
}
