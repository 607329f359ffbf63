import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads'
import test from 'ava'
import { packIds, packUrls } from '../../src/threads/pack-urls.ts'
import { createPrinters } from '../../src/print/create-printers.ts'
import { StateMonitor } from '../../src/print/state-monitor.ts'
import { ErrorLog } from '../../src/print/text/error-log.ts'
import { pollerNumber } from '../../src/resource/poller-number.ts'
import { ResourceTable } from '../../src/resource/resource-table.ts'
import type { ResourceId, Url } from '../../src/resource/resource.ts'
import { StateBatch } from '../../src/state/state-batch.ts'
import { handleStatus, MonitorHandler } from '../../src/threads/monitor-handler.ts'
import type { StatusMessage } from '../../src/threads/protocol.ts'
import { StatusPorts } from '../../src/threads/status-ports.ts'
import { monitorOptions } from '../helpers/monitor-options.ts'
import { down, up } from '../helpers/state.ts'
import { summary } from '../helpers/summary.ts'

const stats = summary.mainStats

/** A handler in this thread that knows `urls` URLs, and what its monitor writes. */
async function startHandler(urls: number) {
  const options = { ...monitorOptions, format: 'json' as const }
  let written = ''
  const write = (text: string) => void (written += text)
  const sink = { dropped: 0, write, flush: () => Promise.resolve() }
  const monitor = new StateMonitor(
    options,
    {
      sinks: [sink],
      printers: createPrinters(options, [{ format: options.format, sink }]),
      errorLog: new ErrorLog(
        { verbose: false, isTold: false },
        () => 0,
        () => {},
      ),
      outputUsage: () => ({ output: { used: 0, most: 0 }, file: { used: 0, most: 0 } }),
    },
    () => 0,
  )
  const ports = new StatusPorts((poller, message) => handleStatus(monitor, poller, message))
  const output = { flush: () => Promise.resolve(true), limit: () => {} }
  const handler = new MonitorHandler({
    monitor,
    ports,
    feed: null,
    alerts: null,
    questions: null,
    output,
    files: [],
    table: null,
    statusIntervalMs: null,
  })
  const table = new ResourceTable()
  for (let id = 0; id < urls; id++) table.add(`https://a.example/${id}` as Url)
  for (const part of packUrls(table, table.listed())) await handler.handle({ type: 'register', urls: part })
  return {
    handler,
    table,
    stop: () => handler.handle({ type: 'stop', stats, patienceMs: null }),
    json: () => written,
  }
}

function packed(...states: ReturnType<typeof up | typeof down>[]): ArrayBuffer {
  const batch = new StateBatch()
  for (const state of states) batch.add(state)
  return batch.take()
}

test('the reply to stop counts URLs by the States of main and of the pollers', async (t) => {
  const { handler, stop, json } = await startHandler(3)
  await handler.handle({ type: 'states', batch: packed(up(0)) })
  const { port1, port2 } = new MessageChannel()
  await handler.handle({ type: 'listen', poller: pollerNumber(0), status: port1 })
  const batch = packed(down(1))
  port2.postMessage({ type: 'states', batch } satisfies StatusMessage, [batch])
  port2.close()
  t.deepEqual(await stop(), { up: 1, down: 1, unknown: 0, pending: 1 })
  t.regex(json(), /"type":"summary".*"urls":3,.*\n$/)
})

test('a URL that was unregistered is not counted', async (t) => {
  const { handler, table, stop } = await startHandler(2)
  await handler.handle({ type: 'unregister', ids: packIds(table, [1 as ResourceId]) })
  t.deepEqual(await stop(), { up: 0, down: 0, unknown: 0, pending: 1 })
})

test('a summary shows the stats that came with the request to print it', async (t) => {
  const { handler, stop, json } = await startHandler(1)
  await handler.handle({ type: 'print', stats: { ...stats, skipped: 77 } })
  await stop()
  t.regex(
    json()
      .split('\n')
      .find((line) => line.includes('"summary"')) ?? '',
    /"skipped":77/,
  )
})

test('suspend tells its port when the terminal is left', async (t) => {
  const { handler } = await startHandler(0)
  const { port1, port2 } = new MessageChannel()
  t.teardown(() => port1.close())
  await handler.handle({ type: 'suspend', suspended: true, done: port2 })
  t.deepEqual(receiveMessageOnPort(port1), { message: null })
})
