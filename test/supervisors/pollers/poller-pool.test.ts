import test from 'ava'
import type { ExecutionContext } from 'ava'
import type { PollOptions } from '../../../src/settings/poll-options.ts'
import { Profiles } from '../../../src/settings/profiles.ts'
import { ResourceBatch } from '../../../src/resource/resource-batch.ts'
import { pollerNumber } from '../../../src/resource/poller-number.ts'
import type { PolledResource, ResourceId, Url } from '../../../src/resource/resource.ts'
import { ResourceTable } from '../../../src/resource/resource-table.ts'
import { unpackStates } from '../../../src/state/state-batch.ts'
import type { SentState } from '../../../src/state/state-batch.ts'
import type { StatusMessage } from '../../../src/threads/protocol.ts'
import { PollerPool } from '../../../src/supervisors/pollers/poller-pool.ts'
import type { PollerProfiles } from '../../../src/supervisors/pollers/poller-profiles.ts'
import { startOrigin } from '../../helpers/origin.ts'
import { pollOptions } from '../../helpers/test-poller.ts'
import { waitUntil } from '../../helpers/wait-until.ts'

function batchOf(...urls: string[]): ResourceBatch {
  return batchWith(0, ...urls)
}

function batchWith(profile: number, ...urls: string[]): ResourceBatch {
  const table = new ResourceTable()
  const batch = new ResourceBatch()
  for (const url of urls) batch.add({ ...table.read(table.add(url as Url) as ResourceId), profile })
  return batch
}

const [FIRST, SECOND] = [pollerNumber(0), pollerNumber(1)]

const noProfiles = { longestTimeoutMs: 10_000, all: () => [], takeUpdates: () => [] }

function start(
  t: ExecutionContext,
  options: PollOptions,
  wanted: number,
  profiles: PollerProfiles = noProfiles,
  count = 1,
) {
  const returned: PolledResource[] = []
  const back = Promise.withResolvers<void>()
  const lost: string[] = []
  const begun: ResourceId[] = []
  const pollers = new PollerPool(count, options, profiles, {
    renew() {},
    returned(resources) {
      returned.push(...resources)
      if (returned.length >= wanted) back.resolve()
    },
    notices: (lines) => t.log(lines),
    uplink: (_, why) => t.log(why),
    lost(_, why, suspects) {
      lost.push(why)
      begun.push(...suspects)
    },
  })
  t.teardown(() => pollers.stop(1_000))
  return { pollers, returned, back: back.promise, lost, begun }
}

test('Resources go to a thread and come back polled; the batch that was sent is detached', async (t) => {
  const origin = await startOrigin(t)
  const { pollers, returned, back } = start(t, pollOptions({ timeoutMs: 10_000 }), 2)
  const status = await pollers.launch(FIRST)
  const states: SentState[] = []
  const told = new Promise<void>((resolve) => {
    status.on('message', (message: StatusMessage) => {
      if (message.type !== 'states') return
      unpackStates(message.batch, (state) => states.push(state))
      if (states.length === 2) resolve()
    })
  })
  const batch = batchOf(`${origin.url}/a`, `${origin.url}/b`)
  const sent: ArrayBuffer[] = []
  const take = batch.take.bind(batch)
  batch.take = () => {
    const buffer = take()
    sent.push(buffer)
    return buffer
  }
  pollers.send(FIRST, batch)
  t.is(sent[0]?.byteLength, 0)
  t.true(sent[0]?.detached)
  t.is(batch.size, 0)
  await Promise.all([back, told])
  t.deepEqual(returned.map(({ id, verdict }) => `${id} ${verdict}`).toSorted(), ['0 up', '1 up'])
  t.deepEqual(
    states.map(({ verdict, poller }) => `${verdict} ${poller}`),
    ['up 1', 'up 1'],
  )
})

test('stop() returns unstarted Resources unpolled and ends polls in flight', async (t) => {
  const origin = await startOrigin(t, () => {})
  const options = pollOptions({ concurrency: 1, timeoutMs: 3_000 })
  const { pollers, returned, lost } = start(t, options, 3)
  await pollers.launch(FIRST)
  pollers.send(FIRST, batchOf(`${origin.url}/a`, `${origin.url}/b`, `${origin.url}/c`))
  await origin.requested('/a')
  await pollers.stop(30_000)
  t.deepEqual(returned.map(({ id, verdict }) => `${id} ${verdict === 'pending'}`).toSorted(), [
    '0 false',
    '1 true',
    '2 true',
  ])
  t.deepEqual(origin.requestPaths, ['/a'])
  t.deepEqual(lost, [])
})

test('messages of a killed poller find no receiver, and another poller replaces it', async (t) => {
  const answer = Promise.withResolvers<void>()
  const origin = await startOrigin(
    t,
    (_, response) => void answer.promise.then(() => response.writeHead(204).end()),
  )
  const { pollers, returned, back, lost } = start(t, pollOptions({ timeoutMs: 10_000 }), 1)
  await pollers.launch(FIRST)
  pollers.send(FIRST, batchOf(`${origin.url}/a`))
  await origin.requested('/a')
  await pollers.kill(FIRST, 'for a test')
  t.deepEqual(lost, ['for a test'])
  answer.resolve()
  // To none: nobody is there.
  pollers.send(FIRST, batchOf(`${origin.url}/b`))
  await pollers.launch(FIRST)
  pollers.send(FIRST, batchOf(`${origin.url}/c`))
  await back
  t.is(returned.length, 1)
  t.deepEqual(origin.requestPaths, ['/a', '/c'])
})

test('main knows which suspects of a dead poller were being polled', async (t) => {
  const origin = await startOrigin(t, ({ url }, response) => {
    if (url === '/done') response.end()
  })
  const options = pollOptions({ concurrency: 1, timeoutMs: 600_000 })
  const { pollers, back, begun } = start(t, options, 1)
  await pollers.launch(FIRST)
  const batch = batchOf(`${origin.url}/done`, `${origin.url}/hangs`, `${origin.url}/waits`)
  batch.suspects.push(0 as ResourceId, 1 as ResourceId, 2 as ResourceId)
  pollers.send(FIRST, batch)
  await back
  await origin.requested('/hangs')
  await pollers.kill(FIRST, 'for a test')
  t.deepEqual(begun, [1])
})

test('a poller that ends while status ports are switched gets no port', async (t) => {
  const { pollers } = start(t, pollOptions({ timeoutMs: 10_000 }), 0, noProfiles, 2)
  await Promise.all([pollers.launch(FIRST), pollers.launch(SECOND)])
  const killed = pollers.kill(FIRST, 'for a test')
  const ports = await pollers.switchStatusPorts()
  await killed
  t.deepEqual(
    ports.map(([poller]) => poller),
    [SECOND],
  )
})

test('a poller and its successor know a profile before they get Resources with it', async (t) => {
  const agents: (string | undefined)[] = []
  const origin = await startOrigin(t, ({ headers }, response) => {
    agents.push(headers['user-agent'])
    response.writeHead(204).end()
  })
  const options = pollOptions({ timeoutMs: 10_000 })
  const cadence = { intervalMs: 1_000, errorBackoffMs: 0, maxBackoffMs: 0 }
  const profiles = new Profiles({ ...options, ...cadence })
  const { pollers, lost } = start(t, options, 1, profiles)
  const why = 'for a test'
  const poll = async (profile: number) => {
    const before = agents.length
    pollers.send(FIRST, batchWith(profile, `${origin.url}/${before}`))
    await waitUntil(() => agents.length > before || lost.some((one) => one !== why))
    return agents[before]
  }
  const early = profiles.acquire({ userAgent: 'early' })
  await pollers.launch(FIRST)
  t.is(await poll(early), 'early')
  const late = profiles.acquire({ userAgent: 'late' })
  t.is(await poll(late), 'late')
  await pollers.kill(FIRST, why)
  const starts = pollers.launch(FIRST)
  const meanwhile = profiles.acquire({ userAgent: 'meanwhile' })
  profiles.release(early)
  t.is(profiles.acquire({ userAgent: 'again' }), early)
  await starts
  t.is(await poll(late), 'late')
  t.is(await poll(meanwhile), 'meanwhile')
  t.is(await poll(early), 'again')
})
