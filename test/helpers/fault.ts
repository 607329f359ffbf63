// Preloaded into every thread of the program with NODE_OPTIONS=--import, and told by variables what is to befall which:
// FAULT_PORT: a poller that connects to this port meets FAULT_KIND; with FAULT_MARK only the first of all; with FAULT_LATER none
//   before the file FAULT_MARK-now is there.
// FAULT_MONITOR: a monitor meets this kind some seconds after all has started; with FAULT_MARK only the first of all; with FAULT_LATER
//   not before the file FAULT_MARK-now is there.
// FAULT_LISTEN: a monitor meets this kind when it is to listen to a poller; with FAULT_MARK only the first of all.
// FAULT_LAST: a monitor meets this kind when it is told that the run ends.
// FAULT_POLLERS, FAULT_MONITORS: only so many of these threads start (counted with FAULT_MARK), the others fail at load.
// FAULT_WAITS: the first or the second monitor, 1 or 2, does not load before the file FAULT_MARK-goes is there; that it waits FAULT_MARK-waits tells.
// FAULT_EARLY: the first poller ends when it has been ready for a moment, before the second one is.
// The program itself knows nothing of this.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, openSync } from 'node:fs'
import { Socket } from 'node:net'
import { isMainThread, MessagePort, workerData } from 'node:worker_threads'
import { injectFault } from './fault-kinds.ts'
import type { FaultKind } from './fault-kinds.ts'
import type { MonitorMessage } from '../../src/threads/protocol.ts'

const {
  FAULT_PORT,
  FAULT_KIND,
  FAULT_MARK,
  FAULT_MONITOR,
  FAULT_LISTEN,
  FAULT_LAST,
  FAULT_POLLERS,
  FAULT_MONITORS,
  FAULT_EARLY,
  FAULT_WAITS,
  FAULT_LATER,
} = process.env
const isMonitor = (workerData as { control?: unknown } | null)?.control !== undefined
const connect = Socket.prototype.connect

if (!isMainThread) {
  const most = isMonitor ? FAULT_MONITORS : FAULT_POLLERS
  if (most !== undefined && !isWithinLimit(Number(most), isMonitor ? 'monitor' : 'poller'))
    throw new Error('fails at load')
}
if (!isMainThread && !isMonitor && FAULT_EARLY !== undefined) {
  if (createMark(`${FAULT_MARK}-early`)) endOnceReady()
  else if (createMark(`${FAULT_MARK}-late`)) blockUntil(`${FAULT_MARK}-ended`)
}
if (isMonitor && FAULT_WAITS !== undefined) {
  const isIt = FAULT_WAITS === '1' || !createMark(`${FAULT_MARK}-before`)
  if (isIt && createMark(`${FAULT_MARK}-waits`)) blockUntil(`${FAULT_MARK}-goes`)
}
if (isMonitor) {
  // comlink wraps each message to the monitor. A listener of our own would start the port too early.
  const { control } = workerData as { control: MessagePort }
  let updates = 0
  const listen = control.on.bind(control)
  control.on = ((event: 'message', listener: (message: ComlinkCall) => void) =>
    listen(event, (message: ComlinkCall) => {
      const type = typeOf(message)
      if (type === 'stop' && FAULT_LAST !== undefined) injectFault(FAULT_LAST as FaultKind)
      // Main sends its figures once a second, as soon as all runs.
      if (type === 'stats' && ++updates >= 3 && FAULT_MONITOR !== undefined && isTime() && isFirst())
        injectFault(FAULT_MONITOR as FaultKind)
      if (type === 'listen' && FAULT_LISTEN !== undefined && isFirst()) injectFault(FAULT_LISTEN as FaultKind)
      listener(message)
    })) as typeof control.on
}
if (!isMainThread && !isMonitor && FAULT_PORT !== undefined) {
  Socket.prototype.connect = function connectOrFail(this: Socket, ...args: unknown[]) {
    const [first] = args.flat() as { port?: number }[]
    if (String(first?.port) === FAULT_PORT && isTime() && isFirst()) injectFault(FAULT_KIND as FaultKind)
    return Reflect.apply(connect, this, args) as Socket
  } as typeof connect
}

/** A message as comlink sends it. */
interface ComlinkCall {
  readonly argumentList?: readonly [{ readonly value: MonitorMessage }]
}

function typeOf({ argumentList }: ComlinkCall): MonitorMessage['type'] | undefined {
  return argumentList?.[0].value.type
}

/** Holds the thread up until the file is there. */
function blockUntil(file: string): void {
  while (!existsSync(file)) spawnSync('sleep', ['0.1'])
}

/** Its thread ends when it has told main that it is ready; those that wait for that go on when main can have heard of it. */
function endOnceReady(): void {
  const post = MessagePort.prototype.postMessage
  MessagePort.prototype.postMessage = function postThenEnd(
    this: MessagePort,
    message: unknown,
    ...rest: never[]
  ) {
    Reflect.apply(post, this, [message, ...rest])
    if ((message as { type?: string }).type !== 'ready') return
    spawn('sh', ['-c', `sleep 1; : >"${FAULT_MARK}-ended"`])
    setTimeout(() => process.exit(7), 50)
  } as typeof post
}

/** One thread of all in its role: the one that makes the mark; without a mark each is. */
function isFirst(): boolean {
  return FAULT_MARK === undefined || createMark(isMonitor ? `${FAULT_MARK}-monitor` : FAULT_MARK)
}

function isTime(): boolean {
  return FAULT_LATER === undefined || existsSync(`${FAULT_MARK}-now`)
}

function isWithinLimit(most: number, role: string): boolean {
  for (let n = 0; n < most; n++) if (createMark(`${FAULT_MARK}-${role}-${n}`)) return true
  return false
}

function createMark(mark: string): boolean {
  try {
    openSync(mark, 'wx')
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}
