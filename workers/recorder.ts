import { workerData } from 'node:worker_threads'
import { History } from '../src/history/history.ts'
import { IN_MEMORY } from '../src/sqlite/open-file.ts'
import { isLasting } from '../src/sqlite/store-error.ts'
import { HistoryReader } from '../src/history/record/history-reader.ts'
import { HistoryWriter } from '../src/history/record/history-writer.ts'
import type { MaintenanceWindows } from '../src/history/record/maintenance-tracker.ts'
import { StateRecorder } from '../src/history/record/state-recorder.ts'
import { monotonicMs } from '../src/runtime/clock.ts'
import { threadCpuMs } from '../src/runtime/cpu.ts'
import { endThread, notice, runFileThread } from '../src/threads/in-file-thread.ts'
import { FeedHandler } from '../src/threads/feed-handler.ts'
import { HistoryQuestionHandler } from '../src/threads/history-question-handler.ts'
import { RecorderHandler } from '../src/threads/recorder-handler.ts'
import type { RecorderLaunch, RecorderMessage, RecorderStatus } from '../src/threads/recorder-protocol.ts'
import { answerRequests } from '../src/threads/requests.ts'

// The recorder thread. It owns the history: it records what the monitor passes on, and answers what the web thread asks.

/** Time between two writes, in ms. A process that is killed loses what came after the last one. */
const FLUSH_INTERVAL_MS = 2_000

const { options, maintenance, commands } = workerData as RecorderLaunch
const { file, sizeLimit } = options
const windows = await windowsOf(maintenance)
await runFileThread(
  () => History.open(file ?? IN_MEMORY, { sizeLimit, now: Date.now, warn: notice }),
  isLasting,
  serve,
)

function serve(opened: History): void {
  const recorder = new StateRecorder(opened, Date.now)
  const events = {
    notice,
    flushed(lost: number, errors: number, sizeBytes: number) {
      feed.sendStatus({ type: 'status', sizeBytes, lost, errors, cpuMs: threadCpuMs() })
    },
  }
  const writer = new HistoryWriter(opened, recorder, events, monotonicMs)
  const feed = new FeedHandler<RecorderStatus>(writer)
  const questions = new HistoryQuestionHandler(new HistoryReader(opened, Date.now), (error) =>
    writer.readFailed(error),
  )
  writer.setWindows(windows)
  /** In their order. */
  let changes = Promise.resolve()
  const timer = setInterval(() => writer.flush(), FLUSH_INTERVAL_MS)
  const handler = new RecorderHandler({
    recorder,
    writer,
    feed,
    questions,
    maintain(changed) {
      changes = changes
        .then(() => windowsOf(changed))
        .then((others) => writer.setWindows(others))
        .catch(endThread)
    },
    close() {
      clearInterval(timer)
      writer.close()
    },
    failed: endThread,
  })
  answerRequests(commands, (message: RecorderMessage) => handler.handle(message))
}

/** What knows when they are open is loaded when there are any; null: there are none. */
async function windowsOf(list: RecorderLaunch['maintenance']): Promise<MaintenanceWindows | null> {
  if (list.length === 0) return null
  const { maintenanceCalendar } = await import('../src/alerts/run/maintenance-calendar.ts')
  return maintenanceCalendar(list)
}
