// Preloaded into every thread of the program with NODE_OPTIONS=--import: each says on HEAP_PORT, every few seconds, what it
// is and how much its heap and its buffers hold, in bytes, after a collection.
import { connect } from 'node:net'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { isMainThread, workerData } from 'node:worker_threads'

const REPORT_EVERY_MS = 10_000

setFlagsFromString('--expose-gc')
const gc = runInNewContext('gc') as () => void
const role = isMainThread
  ? 'main'
  : (workerData as { control?: unknown } | null)?.control === undefined
    ? 'poller'
    : 'monitor'
const socket = connect(Number(process.env['HEAP_PORT']), '127.0.0.1')
socket.unref()
// The soak has ended before the program.
socket.on('error', () => socket.destroy())
setInterval(() => {
  gc()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  socket.write(`${role} ${heapUsed + arrayBuffers}\n`)
}, REPORT_EVERY_MS).unref()
