import { resource, TestPoller } from './test-poller.ts'

// A program of its own: polls a URL COUNT times, AT_ONCE at once, and prints what came of it.

const [url = '', count = '1', atOnce = '256', timeoutMs = '5000'] = process.argv.slice(2)
const poller = new TestPoller({
  concurrency: Number(atOnce),
  hostConcurrency: Number(atOnce),
  timeoutMs: Number(timeoutMs),
})
const resources = Array.from({ length: Number(count) }, () => resource(url, { errCount: 2 }))
const states = await Promise.all(resources.map((each) => poller.poll(each)))
const tally: Record<string, number> = {}
for (const { reason } of states) tally[reason] = (tally[reason] ?? 0) + 1
const errCounts = resources.filter(({ verdict, errCount }) => verdict === 'unknown' && errCount !== 2).length
process.stdout.write(JSON.stringify({ tally, errCounts, notices: poller.notices }))
await poller.close()
