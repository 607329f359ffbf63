import { workerData } from 'node:worker_threads'
import { AlertSession } from '../src/alerts/run/alert-session.ts'
import { runningClock } from '../src/alerts/run/running-clock.ts'
import { AlertStore } from '../src/alerts/store/alert-store.ts'
import { monotonicMs } from '../src/runtime/clock.ts'
import { threadCpuMs } from '../src/runtime/cpu.ts'
import { IN_MEMORY } from '../src/sqlite/open-file.ts'
import { isLasting } from '../src/sqlite/store-error.ts'
import { AlertQuestionHandler } from '../src/threads/alert-question-handler.ts'
import { AlerterHandler } from '../src/threads/alerter-handler.ts'
import type { AlerterLaunch, AlerterMessage, AlerterStatus } from '../src/threads/alerter-protocol.ts'
import { FeedHandler } from '../src/threads/feed-handler.ts'
import { endThread, notice, runFileThread } from '../src/threads/in-file-thread.ts'
import { answerRequests } from '../src/threads/requests.ts'
import { SharedStateClient } from '../src/threads/shared-state-client.ts'
import { UptimeClient } from '../src/threads/uptime-client.ts'

// The alerter thread. It owns the state file of alerts: it judges what the monitor shows by the rules, and tells people.

/** How often the monitor is told how the alerter is, in ms. */
const STATUS_INTERVAL_MS = 1_000

/** Polling goes on if main has asked for this thread within this time, in ms. */
const HEALTHY_MS = 10_000

const { options, alerts, shared } = workerData as AlerterLaunch
const { file, clockBegan } = options
const now = runningClock(() => clockBegan + monotonicMs())
let fence: SharedStateClient | null = null
await runFileThread(open, isLasting, serve)

/** The state is in a file, in memory, or with the machines of the cluster. */
async function open(): Promise<AlertStore> {
  fence = shared === null ? null : await SharedStateClient.open(shared)
  const known = { now, warn: notice }
  return new AlertStore(file ?? IN_MEMORY, fence === null ? known : { ...known, shared: fence })
}

function serve(opened: AlertStore): void {
  const uptime = new UptimeClient(notice)
  let pingedAt = now()
  const session = new AlertSession(
    opened,
    { ...options, keepsState: file !== null || fence !== null, fence },
    {
      now,
      wallNow: () => Date.now(),
      warn: notice,
      uptimeOf: (...asked) => uptime.uptimeOf(...asked),
      isHealthy: () => feed.isConnected && now() - pingedAt < HEALTHY_MS,
    },
  )
  const feed = new FeedHandler<AlerterStatus>(session.intake)
  const handler = new AlerterHandler({
    intake: session.intake,
    feed,
    questions: new AlertQuestionHandler((question) => session.desk.answer(question)),
    recorder: uptime,
    configure: (config, link) => session.configure(config, link),
    pinged: () => (pingedAt = now()),
    finish: (patienceMs) => session.finish(patienceMs),
    failed: endThread,
  })
  setInterval(() => {
    // The clock goes on as far as it is read, also when there are no turns any more.
    now()
    feed.sendStatus({ type: 'status', figures: { ...session.figures, cpuMs: threadCpuMs() } })
  }, STATUS_INTERVAL_MS)
  answerRequests(alerts, (message: AlerterMessage) => handler.handle(message))
}
