import { readdirSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { resource, TestPoller } from './test-poller.ts'

// A program of its own: polls URLs in turn, POLLS of them a round, and prints what is left after each round. The first
// round fills what is filled once.

const [polls = '1', rounds = '2', ...urls] = process.argv.slice(2)
setFlagsFromString('--expose-gc')
const gc = runInNewContext('gc') as () => void

const tally: Record<string, number> = {}

async function round(keepAlive: boolean): Promise<void> {
  const poller = new TestPoller({ keepAlive, timeoutMs: 150, concurrency: 128, hostConcurrency: 64 })
  const given = Array.from({ length: Number(polls) }, (_, at) => {
    // Some are looked at twice, some are asked with GET.
    const verdict = at % 3 === 0 ? 'up' : 'down'
    return resource(urls[at % urls.length] ?? '', { verdict, headRefusedUntil: at % 5 === 0 ? 1e15 : 0 })
  })
  for (const { reason } of await Promise.all(given.map((each) => poller.poll(each)))) {
    tally[reason] = (tally[reason] ?? 0) + 1
  }
  await poller.close()
}

async function left(): Promise<object> {
  // Sockets close in turns of the event loop of their own, and what they held is garbage after that.
  await sleep(200)
  for (let more = 0; more < 3; more++) {
    gc()
    await sleep(20)
  }
  const resources = process
    .getActiveResourcesInfo()
    .filter((name) => name !== 'PipeWrap' && name !== 'Timeout')
  return {
    descriptors: readdirSync('/proc/self/fd').length,
    resources,
    heapMb: process.memoryUsage().heapUsed / 1e6,
    rssMb: process.memoryUsage().rss / 1e6,
    tally: { ...tally },
  }
}

const after: object[] = []
for (let more = 0; more < Number(rounds); more++) {
  await round(more % 2 === 1)
  after.push(await left())
}
process.stdout.write(JSON.stringify(after))
