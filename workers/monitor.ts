import { parentPort, workerData } from 'node:worker_threads'
import { createPrinters } from '../src/print/create-printers.ts'
import { FileOutput, usageOfFiles } from '../src/print/file-output.ts'
import { Output } from '../src/print/output.ts'
import { StateMonitor } from '../src/print/state-monitor.ts'
import type { Printer } from '../src/print/text/printer.ts'
import type { PollFigures } from '../src/print/text/poll-window.ts'
import { formatNamed } from '../src/print/text/formats.ts'
import { ResultPrinter } from '../src/print/text/result-text.ts'
import { ErrorLog } from '../src/print/text/error-log.ts'
import { monotonicMs } from '../src/runtime/clock.ts'
import { threadCpuMs } from '../src/runtime/cpu.ts'
import { currentThreadId } from '../src/runtime/thread-usage.ts'
import { handleStatus, MonitorHandler } from '../src/threads/monitor-handler.ts'
import { parentsFirst } from '../src/threads/parents-first.ts'
import type { MonitorEvent, MonitorLaunch, MonitorMessage } from '../src/threads/protocol.ts'
import { QuestionHandler } from '../src/threads/question-handler.ts'
import { answerRequests } from '../src/threads/requests.ts'
import { StatusPorts } from '../src/threads/status-ports.ts'

// The monitor's thread. Pollers send States to it on the `status` ports, main controls it through the control port, and only this
// thread writes to standard output.

const { options, control } = workerData as MonitorLaunch
const { resumeFrom, inputs, screen, format, verbose, statusIntervalMs } = options
const post = (event: MonitorEvent) => parentPort?.postMessage(event)

const output = new Output(1, (code) => post({ type: 'outputFailed', file: null, code }))
const files = options.outputs.map(({ file, format: ofFile, append }) => {
  const failed = (code: string) => post({ type: 'outputFailed', file, code })
  return { format: ofFile, sink: new FileOutput(file, !append && resumeFrom === null, inputs, failed) }
})
const fileOutputs = files.map(({ sink }) => sink)
const table = screen === null ? null : await createTable(screen)
const history = options.history ? await historyFeed() : null
const alerts = options.alerts ? await alerterFeed() : null
const web = options.metrics ? await webRecorders() : null
const { once, printsLast, printsChanges } = formatNamed(format)
// The end of a document is no place where anybody looks.
const isDocument = once === 'required'
const results = isDocument ? [new ResultPrinter(reportErrors)] : []
const recorders: Printer[] = [web?.api, web?.metrics, web?.wall, history?.feed, alerts?.feed].filter(
  (one) => one !== undefined,
)
const isTold = options.oneOutput && printsChanges && !options.once
const monitor: StateMonitor = new StateMonitor(
  options,
  {
    sinks: [output, ...fileOutputs],
    printers: [
      ...createPrinters(options, [{ format, sink: output }, ...files], table),
      ...recorders,
      ...results,
    ],
    errorLog: new ErrorLog({ verbose, isTold }, monotonicMs, reportErrors),
    outputUsage: () => ({ output: output.usage, file: usageOfFiles(fileOutputs) }),
  },
  monotonicMs,
)
table?.start(() => monitor.liveData)
// The previous monitor may have ended in the middle of a line, unless nothing is printed before the end.
if (resumeFrom !== null && format !== 'quiet' && !(options.once && printsLast)) output.write('\n')

// Buffers are moved on to the recorder, so the alerter comes first.
const alerting = alerts === null ? monitor : alerts.feedingMonitor(monitor, alerts.feed)
const feeding = history === null ? alerting : history.feedingMonitor(alerting, history.feed)
const target = options.once ? parentsFirst(feeding, () => monitor.settling) : feeding
const ports = new StatusPorts((poller, message) => handleStatus(target, poller, message))
const questions = web === null ? null : new QuestionHandler(web)
const handler = new MonitorHandler({
  monitor: target,
  ports,
  feed: history?.feed ?? null,
  alerts: alerts?.feed ?? null,
  questions,
  output,
  files: fileOutputs,
  table,
  statusIntervalMs,
})
answerRequests(control, (message: MonitorMessage) => handler.handle(message))
post({ type: 'started', threadId: currentThreadId() })

function reportErrors(lines: string): void {
  if (table === null) post({ type: 'errors', lines })
  else table.addErrors(lines)
}

/** The live view. Not loaded without one: the regular expressions that measure the width of text take 30 ms to compile. */
async function createTable(size: NonNullable<typeof screen>) {
  const { Table } = await import('../src/print/table/table.ts')
  return new Table({ ...size, settings: options.settings }, output, monotonicMs, () => post({ type: 'quit' }))
}

/** What passes buffers on to the recorder. Not loaded without one. */
async function historyFeed() {
  const { RecorderFeed } = await import('../src/threads/recorder-feed.ts')
  const { feedingMonitor } = await import('../src/threads/feeding-monitor.ts')
  return { feed: new RecorderFeed(monotonicMs, (line) => reportErrors(`${line}\n`)), feedingMonitor }
}

/** What passes polls on to the alerter. Not loaded without alerts. */
async function alerterFeed() {
  const { AlerterFeed } = await import('../src/threads/alerter-feed.ts')
  const { feedingMonitor } = await import('../src/threads/feeding-monitor.ts')
  return { feed: new AlerterFeed(), feedingMonitor }
}

/** What answers the questions of a web thread. Not loaded without one. */
async function webRecorders() {
  const { ApiRecorder } = await import('../src/api/api-recorder.ts')
  const { MetricsRecorder } = await import('../src/metrics/metrics-recorder.ts')
  const sources = {
    map: () => monitor.liveData.map,
    summaryOf: (figures: PollFigures) => monitor.summaryOf(figures),
    now: monotonicMs,
  }
  const { WallRecorder } = await import('../src/api/wall-recorder.ts')
  const epoch = Date.now().toString(36)
  const api = new ApiRecorder(sources, epoch)
  const wall = new WallRecorder(sources.map, monotonicMs, epoch)
  const data = () => ({
    ...monitor.liveData,
    history: history?.feed.figures ?? null,
    alerts: alerts?.feed.figures ?? null,
  })
  return { api, wall, metrics: new MetricsRecorder(data, api.latest, threadCpuMs) }
}
