// Preloaded into every thread of the program with NODE_OPTIONS=--import, and told by variables what is to befall which:
// FAULT_PORT: a poller that connects to this port meets FAULT_KIND; with FAULT_MARK only the first of all.
// FAULT_MONITOR: a monitor meets this kind four seconds after its start; with FAULT_MARK only the first of all.
// FAULT_LAST: a monitor meets this kind when it is told that the run ends.
// FAULT_POLLERS, FAULT_MONITORS: only so many of these threads start (counted with FAULT_MARK), the others fail at load.
// The program itself knows nothing of this.
import { openSync } from 'node:fs'
import { Socket } from 'node:net'
import { isMainThread, workerData } from 'node:worker_threads'
import type { MessagePort } from 'node:worker_threads'
import { fail } from './fault-kinds.ts'
import type { FaultKind } from './fault-kinds.ts'

const { FAULT_PORT, FAULT_KIND, FAULT_MARK, FAULT_MONITOR, FAULT_LAST, FAULT_POLLERS, FAULT_MONITORS } =
  process.env
const isMonitor = (workerData as { control?: unknown } | null)?.control !== undefined
const connect = Socket.prototype.connect

if (!isMainThread) {
  const most = isMonitor ? FAULT_MONITORS : FAULT_POLLERS
  if (most !== undefined && !isOneOf(Number(most), isMonitor ? 'monitor' : 'poller'))
    throw new Error('fails at load')
}
if (isMonitor && FAULT_MONITOR !== undefined && isFirst())
  setTimeout(() => fail(FAULT_MONITOR as FaultKind), 4_000)
if (isMonitor && FAULT_LAST !== undefined) {
  // The control face is told so by a message that names the method.
  ;(workerData as { control: MessagePort }).control.on('message', (message: { path?: string[] }) => {
    if (message.path?.[0] === 'stop') fail(FAULT_LAST as FaultKind)
  })
}
if (!isMainThread && !isMonitor && FAULT_PORT !== undefined) {
  Socket.prototype.connect = function connectOrFail(this: Socket, ...args: unknown[]) {
    const [first] = args.flat() as { port?: number }[]
    if (String(first?.port) === FAULT_PORT && isFirst()) fail(FAULT_KIND as FaultKind)
    return Reflect.apply(connect, this, args) as Socket
  } as typeof connect
}

/** One thread of all: the one that makes the mark; without a mark each is. */
function isFirst(): boolean {
  return FAULT_MARK === undefined || makes(FAULT_MARK)
}

function isOneOf(most: number, role: string): boolean {
  for (let n = 0; n < most; n++) if (makes(`${FAULT_MARK}-${role}-${n}`)) return true
  return false
}

function makes(mark: string): boolean {
  try {
    openSync(mark, 'wx')
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}
