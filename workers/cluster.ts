import { write } from 'node:fs'
import { isatty } from 'node:tty'
import { workerData } from 'node:worker_threads'
import { Member } from '../src/cluster/engine/member.ts'
import type { ClusterEvent, ClusterLaunch, ClusterMessage } from '../src/cluster/engine/messages.ts'
import { monotonicMs } from '../src/runtime/clock.ts'

// The cluster thread. It holds the connection to the engine, so that main never waits for a socket.

const launch = workerData as ClusterLaunch
const { port } = launch
const post = (event: ClusterEvent) => port.postMessage(event)
// While main stands still, nobody else writes; to a terminal, where there may be a live view, main does when it goes on.
const stderr = (line: string) =>
  isatty(2) ? post({ type: 'notice', line }) : write(2, `warning: ${line}\n`, () => {})
const member = new Member(launch, monotonicMs, post, stderr)
port.on('message', (message: ClusterMessage) => member.handle(message))
member.start()
