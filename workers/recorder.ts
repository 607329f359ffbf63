import { parentPort, workerData } from 'node:worker_threads'
import { StoreError } from '../src/sqlite/store-error.ts'
import { History } from '../src/history/history.ts'
import { IN_MEMORY } from '../src/sqlite/open-file.ts'
import { escapeText } from '../src/print/text/escape.ts'
import { HistoryReader } from '../src/history/record/history-reader.ts'
import { HistoryWriter } from '../src/history/record/history-writer.ts'
import { StateRecorder } from '../src/history/record/state-recorder.ts'
import { monotonicMs } from '../src/runtime/clock.ts'
import { threadCpuMs } from '../src/runtime/cpu.ts'
import { currentThreadId } from '../src/runtime/thread-usage.ts'
import type { FileThreadEvent } from '../src/threads/file-thread.ts'
import { FeedHandler } from '../src/threads/feed-handler.ts'
import { HistoryQuestionHandler } from '../src/threads/history-question-handler.ts'
import { RecorderHandler } from '../src/threads/recorder-handler.ts'
import type { RecorderLaunch, RecorderMessage, RecorderStatus } from '../src/threads/recorder-protocol.ts'
import { answerRequests } from '../src/threads/requests.ts'

// The recorder thread. It owns the history: it records what the monitor passes on, and answers what the web thread asks.

/** Time between two writes, in ms. A process that is killed loses what came after the last one. */
const FLUSH_INTERVAL_MS = 2_000

/** A notice is cut at this length, in UTF-16 units. */
const MAX_NOTICE_LENGTH = 500

const { options, commands } = workerData as RecorderLaunch
const { file, sizeLimit } = options
const post = (event: FileThreadEvent) => parentPort?.postMessage(event)
const notice = (line: string) => post({ type: 'notice', line: escapeText(line, MAX_NOTICE_LENGTH) })
post({ type: 'started', threadId: currentThreadId() })

const history = openHistory()
if (history !== null) serve(history)

/** Null if it can't be opened, which is reported. */
function openHistory(): History | null {
  try {
    return History.open(file ?? IN_MEMORY, { sizeLimit, now: Date.now, warn: notice })
  } catch (error) {
    const { message } = error as Error
    const isRefused = error instanceof StoreError && ['newer', 'foreign'].includes(error.fault)
    post({ type: 'openFailed', message: escapeText(message, MAX_NOTICE_LENGTH), isRefused })
    return null
  }
}

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
  const timer = setInterval(() => writer.flush(), FLUSH_INTERVAL_MS)
  const handler = new RecorderHandler({
    recorder,
    feed,
    questions,
    close() {
      clearInterval(timer)
      writer.close()
    },
    // Once whoever sent the message has its reply.
    failed: (error) =>
      setImmediate(() => {
        throw error
      }),
  })
  answerRequests(commands, (message: RecorderMessage) => handler.handle(message))
  post({ type: 'opened' })
}
