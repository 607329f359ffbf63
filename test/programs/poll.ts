import { readdirSync } from 'node:fs'
import { setImmediate as turn } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { PollOptions } from '../../src/settings/poll-options.ts'
import type { Resource } from '../../src/resource/resource.ts'
import { resource, TestPoller } from '../helpers/test-poller.ts'
import { waitUntil } from '../helpers/wait-until.ts'

// Polls as its argument, a PollJob in JSON, says, collects garbage after each round and prints a PollReport.

/** What to poll. */
export interface PollJob {
  /** The options of each round. Each round has a poller of its own. */
  readonly rounds: readonly Partial<PollOptions>[]
  /** Polls in each round, all sent to the poller at once. */
  readonly polls: number
  /** Poll n takes URL n, modulo their number. */
  readonly urls: readonly string[]
  /** What is known of a URL before its poll: poll n takes entry n, modulo their number. */
  readonly resources?: readonly Partial<Resource>[]
}

/** What the process holds after a round. */
export interface Leftovers {
  readonly descriptors: number
  /** The kinds of handles that are open. */
  readonly handles: readonly string[]
  readonly heapMb: number
  readonly rssMb: number
}

/** What came of all rounds. */
export interface PollReport {
  /** Number of polls by reason. */
  readonly reasons: Readonly<Record<string, number>>
  /** Polls that ended as `unknown` and changed the errCount all the same. */
  readonly wrongErrCounts: number
  readonly notices: readonly string[]
  /** One entry for each round. */
  readonly leftovers: readonly Leftovers[]
}

const { rounds, polls, urls, resources = [{}] } = JSON.parse(process.argv[2] as string) as PollJob
setFlagsFromString('--expose-gc')
const gc = runInNewContext('gc') as () => void

const reasons: Record<string, number> = {}
const notices: string[] = []
let wrongErrCounts = 0

async function poll(options: Partial<PollOptions>): Promise<void> {
  const poller = new TestPoller(options)
  const known = Array.from({ length: polls }, (_, n) => resources[n % resources.length] ?? {})
  const polled = known.map((one, n) => resource(urls[n % urls.length] ?? '', one))
  for (const { reason } of await Promise.all(polled.map((one) => poller.poll(one))))
    reasons[reason] = (reasons[reason] ?? 0) + 1
  wrongErrCounts += polled.filter(
    ({ verdict, errCount }, n) => verdict === 'unknown' && errCount !== (known[n]?.errCount ?? 0),
  ).length
  notices.push(...poller.notices)
  await poller.close()
}

const openHandles = () =>
  process.getActiveResourcesInfo().filter((name) => name !== 'PipeWrap' && name !== 'Timeout')

async function measure(): Promise<Leftovers> {
  // Sockets close in later turns of the event loop; what they hold becomes garbage after that.
  await waitUntil(() => openHandles().length === 0)
  for (let times = 0; times < 3; times++) {
    gc()
    await turn()
  }
  const { heapUsed, rss } = process.memoryUsage()
  return {
    descriptors: readdirSync('/proc/self/fd').length,
    handles: openHandles(),
    heapMb: heapUsed / 1e6,
    rssMb: rss / 1e6,
  }
}

const leftovers: Leftovers[] = []
for (const options of rounds) {
  await poll(options)
  leftovers.push(await measure())
}
process.stdout.write(JSON.stringify({ reasons, wrongErrCounts, notices, leftovers } satisfies PollReport))
