import { workerData } from 'node:worker_threads'
import { Member } from '../src/cluster/engine/member.ts'
import type { ClusterLaunch, ClusterMessage } from '../src/cluster/engine/messages.ts'
import { monotonicMs } from '../src/runtime/clock.ts'

// The cluster thread. It holds the connection to the engine, so that main never waits for a socket.

const launch = workerData as ClusterLaunch
const { port } = launch
const member = new Member(launch, monotonicMs, (event) => port.postMessage(event))
port.on('message', (message: ClusterMessage) => member.handle(message))
member.start()
