// Preloaded into every thread of the program with NODE_OPTIONS=--import: the first poller that connects to FAULT_PORT meets
// its end. The program itself knows nothing of this.
import { openSync } from 'node:fs'
import { Socket } from 'node:net'
import { isMainThread } from 'node:worker_threads'

const { FAULT_PORT, FAULT_KIND, FAULT_MARK } = process.env
const connect = Socket.prototype.connect

if (!isMainThread) {
  Socket.prototype.connect = function connectOrFail(this: Socket, ...args: unknown[]) {
    const [first] = args.flat() as { port?: number }[]
    if (String(first?.port) === FAULT_PORT && isFirst()) fail()
    return Reflect.apply(connect, this, args) as Socket
  } as typeof connect
}

/** One thread of all: the one that makes the mark. */
function isFirst(): boolean {
  try {
    openSync(FAULT_MARK as string, 'wx')
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

function fail(): void {
  switch (FAULT_KIND) {
    case 'exit':
      return process.exit(7)
    case 'throw':
      setImmediate(() => {
        throw new Error('thrown late')
      })
      break
    case 'heap': {
      const kept: number[][] = []
      for (;;) kept.push(Array.from({ length: 100_000 }, Math.random))
    }
    default:
      throw new Error(`no fault is called ${FAULT_KIND}`)
  }
}
