// Preloaded into every thread of the program with NODE_OPTIONS=--import: each message between its threads is a step, for which the file
// STEPS gets one character more; so is that main listens to signals. After STEP_AT steps the process gets STEP_SIGNAL, once, which the
// file STEPS-sent tells; with STEP_AGAIN_MS once more, that many ms later; with FAULT_MARK a poller meets its end too (thread-fault.ts).
import { appendFileSync, statSync, writeFileSync } from 'node:fs'
import { isMainThread, MessagePort, Worker } from 'node:worker_threads'

const { STEPS, STEP_AT, STEP_SIGNAL, STEP_AGAIN_MS, FAULT_MARK } = process.env
const file = String(STEPS)

for (const type of [MessagePort, Worker]) {
  const post = type.prototype.postMessage
  type.prototype.postMessage = function postAndCount(this: MessagePort & Worker, ...args: unknown[]): void {
    Reflect.apply(post, this, args)
    step()
  }
}
if (isMainThread)
  process.on('newListener', (name: string | symbol) => {
    if (name === 'SIGCONT') setImmediate(step)
  })

function step(): void {
  appendFileSync(file, '.')
  if (STEP_AT === undefined || statSync(file).size < Number(STEP_AT)) return
  // The timer of another thread would end with it.
  if ((STEP_AGAIN_MS !== undefined && !isMainThread) || !isFirst()) return
  if (FAULT_MARK !== undefined) writeFileSync(`${FAULT_MARK}-poller`, '')
  const send = () => process.kill(process.pid, STEP_SIGNAL as NodeJS.Signals)
  send()
  if (STEP_AGAIN_MS !== undefined) setTimeout(send, Number(STEP_AGAIN_MS))
}

function isFirst(): boolean {
  try {
    writeFileSync(`${file}-sent`, '', { flag: 'wx' })
    return true
  } catch {
    return false // Another thread was first.
  }
}
