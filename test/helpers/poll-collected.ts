import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { resource, TestPoller } from './test-poller.ts'

// A program of its own, run with a small young generation: polls URLs over HTTP/2 in turn, collects garbage after each round,
// and prints the reasons. What Node frees in the wrong order ends it.

const [rounds = '1', ...urls] = process.argv.slice(2)
setFlagsFromString('--expose-gc')
const gc = runInNewContext('gc') as () => void

const poller = new TestPoller({ http2: true, insecure: true, timeoutMs: 60_000, hostConcurrency: 64 })
const tally: Record<string, number> = {}
for (let round = 0; round < Number(rounds); round++) {
  const given = Array.from({ length: 40 }, (_, n) => resource(urls[n % urls.length] ?? ''))
  for (const { reason } of await Promise.all(given.map((each) => poller.poll(each))))
    tally[reason] = (tally[reason] ?? 0) + 1
  gc()
}
await poller.close()
process.stdout.write(JSON.stringify(tally))
