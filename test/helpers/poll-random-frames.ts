import { setTimeout as sleep } from 'node:timers/promises'
import { LOCAL_CAUSES } from '../../src/state/local-causes.ts'
import { selfSigned } from './certificates.ts'
import { FrameServer } from './frame-server.ts'
import { resource, TestPoller } from './test-poller.ts'
import { randomFrames } from './random-frames.ts'

// A program of its own: polls COUNT answers of random frames from a seed on, with and without keep-alive, and prints
// the reasons. Cut into pieces at random places, too.

const [first = '1', count = '100'] = process.argv.slice(2)
const server = await FrameServer.start(await selfSigned([{ type: 'ip', value: '127.0.0.1' }]), {
  random: ({ fields, stream, socket }) => {
    const path = new Map(fields).get(':path') ?? ''
    const seed = Number(path.slice(path.indexOf('?') + 1))
    const bytes = randomFrames(seed, stream)
    const at = seed % (bytes.length + 1)
    socket.write(bytes.subarray(0, at))
    setImmediate(() => (seed % 20 === 0 ? socket.write(bytes.subarray(at)) : socket.end(bytes.subarray(at))))
  },
})
const tally: Record<string, number> = {}
for (const keepAlive of [false, true]) {
  const poller = new TestPoller({
    http2: true,
    insecure: true,
    keepAlive,
    timeoutMs: 1_000,
    concurrency: 64,
    hostConcurrency: 64,
    recheck: false,
    getFallback: false,
    maxRedirects: 0,
  })
  for (let from = Number(first); from < Number(first) + Number(count); from += 500) {
    const seeds = Array.from(
      { length: Math.min(500, Number(first) + Number(count) - from) },
      (_, n) => from + n,
    )
    const states = await Promise.all(
      seeds.map((seed) => poller.poll(resource(`${server.url('random')}?${seed}`))),
    )
    for (const [n, { verdict, reason, detail }] of states.entries()) {
      tally[reason] = (tally[reason] ?? 0) + 1
      // A fault of ours: the server has none of these.
      if (verdict === 'unknown' && !detail.startsWith(LOCAL_CAUSES['thread-stalled'].text))
        throw new Error(`seed ${seeds[n]}: ${reason} ${detail}`)
    }
  }
  await poller.close()
}
while (server.open > 0) await sleep(10)
await server.close()
process.stdout.write(JSON.stringify({ tally, open: server.open }))
