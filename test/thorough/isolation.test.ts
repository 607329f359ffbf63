import test from 'ava'
import type { Behaviour } from '../helpers/hostile-neighbours.ts'
import { neighbours } from '../helpers/neighbours.ts'
import type { Neighbours } from '../helpers/neighbours.ts'
import { resource, TestPoller } from '../helpers/test-poller.ts'
import { repetitions } from '../helpers/thorough.ts'
import type { PollOptions } from '../../src/settings/poll-options.ts'

// Whatever one URL's server, name or certificate does, no other URL's verdict changes.

/** Profile 0 is for healthy URLs, with a deadline that a busy machine does not reach; the others are for hostile ones. */
const HOSTILE = 1
const HOSTILE_BODY = 2

/** A connection is not reused for this long after an answer to HEAD that announces a body, in ms. */
const COOLED_MS = 1_001

/** Polls all URLs in some rounds. Returns the healthy ones that were not up. */
async function disturbed(
  { healthy, resolver, tls }: Neighbours,
  hostile: readonly Behaviour[],
  mode: Partial<PollOptions>,
): Promise<string[]> {
  const poller = new TestPoller({
    ...mode,
    resolvers: [resolver],
    tls,
    timeoutMs: 60_000,
    concurrency: 512,
    keptConnections: 512,
    recheck: false,
  })
  poller.setProfiles([
    [HOSTILE, { timeoutMs: 400 }],
    [HOSTILE_BODY, { timeoutMs: 400, body: ['x'] }],
  ])
  const wrong: string[] = []
  const others = hostile.map(({ url, hasBody }) =>
    resource(url, { profile: hasBody === true ? HOSTILE_BODY : HOSTILE }),
  )
  const ours = healthy.map((url) => resource(url))
  // With keep-alive, the second round is over the connections that the first one has opened.
  const rounds = repetitions(mode.keepAlive === true ? 2 : 1, 3)
  for (let round = 0; round < rounds; round++) {
    const polls = others.map((each) => poller.poll(each))
    for (const state of await Promise.all(ours.map((each) => poller.poll(each)))) {
      if (state.verdict !== 'up') wrong.push(`${state.url}: ${state.verdict} ${state.reason} ${state.detail}`)
    }
    await Promise.all(polls)
    poller.skip(COOLED_MS)
  }
  await poller.close()
  return wrong
}

/** Finds the behaviours that disturb others, for the message of a failed test, by splitting the group until each is alone. */
async function culprits(
  all: Neighbours,
  mode: Partial<PollOptions>,
  group: readonly Behaviour[],
): Promise<string[]> {
  if ((await disturbed(all, group, mode)).length === 0) return []
  if (group.length === 1) return group.map(({ name }) => name)
  const half = Math.ceil(group.length / 2)
  const first = await culprits(all, mode, group.slice(0, half))
  return [...first, ...(await culprits(all, mode, group.slice(half)))]
}

for (const [name, mode] of [
  ['fresh connections', {}],
  ['--keep-alive', { keepAlive: true }],
  ['--http2', { http2: true }],
  ['--http2 --keep-alive', { http2: true, keepAlive: true }],
] as const) {
  test.serial(`200 healthy URLs beside all hostile behaviours, ${name}`, async (t) => {
    const all = await neighbours(t)
    t.is(all.healthy.length, 200)
    // The search after a failure takes longer.
    t.timeout(600_000)
    const wrong = await disturbed(all, all.hostile, mode)
    if (wrong.length > 0) t.log(wrong.slice(0, 5), 'behind it:', await culprits(all, mode, all.hostile))
    t.is(wrong.length, 0)
  })
}
