import { parentPort, workerData } from 'node:worker_threads'
import { AlertSession } from '../src/alerts/run/alert-session.ts'
import { AlertStore } from '../src/alerts/store/alert-store.ts'
import { escapeText } from '../src/print/text/escape.ts'
import { monotonicMs } from '../src/runtime/clock.ts'
import { threadCpuMs } from '../src/runtime/cpu.ts'
import { currentThreadId } from '../src/runtime/thread-usage.ts'
import { IN_MEMORY } from '../src/sqlite/open-file.ts'
import { StoreError } from '../src/sqlite/store-error.ts'
import { AlertQuestionHandler } from '../src/threads/alert-question-handler.ts'
import { AlerterHandler } from '../src/threads/alerter-handler.ts'
import type { AlerterLaunch, AlerterMessage, AlerterStatus } from '../src/threads/alerter-protocol.ts'
import { FeedHandler } from '../src/threads/feed-handler.ts'
import type { FileThreadEvent } from '../src/threads/file-thread.ts'
import { answerRequests } from '../src/threads/requests.ts'
import { UptimeClient } from '../src/threads/uptime-client.ts'

// The alerter thread. It owns the state file of alerts: it judges what the monitor shows by the rules, and tells people.

/** A notice is cut at this length, in UTF-16 units. */
const MAX_NOTICE_LENGTH = 500

/** How often the monitor is told how the alerter is, in ms. */
const STATUS_INTERVAL_MS = 1_000

/** Polling goes on if main has asked for this thread within this time, in ms. */
const HEALTHY_MS = 10_000

const { options, alerts } = workerData as AlerterLaunch
const { file, clockBegan } = options
const post = (event: FileThreadEvent) => parentPort?.postMessage(event)
const warn = (line: string) => post({ type: 'notice', line: escapeText(line, MAX_NOTICE_LENGTH) })
const now = () => clockBegan + monotonicMs()
post({ type: 'started', threadId: currentThreadId() })

const store = openStore()
if (store !== null) serve(store)

/** Null if it can't be opened, which is reported. */
function openStore(): AlertStore | null {
  try {
    return new AlertStore(file ?? IN_MEMORY, { now, warn })
  } catch (error) {
    const { message } = error as Error
    const isRefused = error instanceof StoreError && ['newer', 'foreign'].includes(error.fault)
    post({ type: 'openFailed', message: escapeText(message, MAX_NOTICE_LENGTH), isRefused })
    return null
  }
}

function serve(opened: AlertStore): void {
  const uptime = new UptimeClient(warn)
  let pingedAt = now()
  const session = new AlertSession(
    opened,
    { ...options, keepsState: file !== null },
    {
      now,
      warn,
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
    // Once whoever sent the message has its reply.
    failed: (error) =>
      setImmediate(() => {
        throw error
      }),
  })
  setInterval(
    () => feed.sendStatus({ type: 'status', figures: { ...session.figures, cpuMs: threadCpuMs() } }),
    STATUS_INTERVAL_MS,
  )
  answerRequests(alerts, (message: AlerterMessage) => handler.handle(message))
  post({ type: 'opened' })
}
