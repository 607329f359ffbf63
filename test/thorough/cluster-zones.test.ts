import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { directoryOf } from '../helpers/directory.ts'
import { headcount } from '../helpers/program.ts'
import { haveTool } from '../helpers/tool.ts'
import { waitUntil } from '../helpers/wait-until.ts'
import { PATIENCE_MS, ZoneCluster } from '../helpers/zones.ts'

// Machines in several zones, each of which polls from an address of its own: a server answers them differently, and machines are killed,
// frozen and cut off. Polls are 500 ms apart.

const pathOfFault = fileURLToPath(new URL('../helpers/thread-fault.ts', import.meta.url))

const run = haveTool('valkey-server') ? test.serial : test.skip

/** What would come of a zone that is frozen or killed comes within this time, in ms. */
const GONE_MS = 9_000

/** A zone that is away for longer has no vote, in ms. */
const VOTE_MS = 5_000

/** One machine in each of three zones, named as these. */
async function threeZones(t: ExecutionContext): Promise<ZoneCluster> {
  const cluster = await ZoneCluster.start(t, 'eu', 'us', 'ap')
  for (const zone of ['eu', 'us', 'ap']) cluster.machine(zone, zone)
  await cluster.shows('up', 'ap up, eu up, us up', 'eu', 'us', 'ap')
  return cluster
}

/** Zones whose machines were started again while a URL was down, and the longest time for which one of them was away. */
async function restartedZones(t: ExecutionContext): Promise<{ cluster: ZoneCluster; longestMs: number }> {
  const cluster = await threeZones(t)
  cluster.refused.add('us').add('ap')
  await cluster.toldTimes(1)
  let longestMs = 0
  for (const zone of ['ap', 'us', 'eu']) {
    const awayAt = performance.now()
    cluster.signal(zone, zone === 'us' ? 'SIGKILL' : 'SIGTERM')
    await cluster.machines.get(zone)?.ended()
    cluster.machine(zone, zone)
    await cluster.shows('down', 'ap down, eu up, us down', 'eu', 'us', 'ap')
    longestMs = Math.max(longestMs, performance.now() - awayAt)
  }
  return { cluster, longestMs }
}

run('a server that refuses one zone is up, and down when it refuses most', async (t) => {
  const cluster = await threeZones(t)
  cluster.refused.add('eu')
  await cluster.shows('up', 'ap up, eu down, us up', 'eu', 'us', 'ap')
  await cluster.polled('eu', 'us', 'ap')
  t.deepEqual(cluster.verdicts, ['up'])
  t.deepEqual(cluster.told, [])
  cluster.refused.add('ap')
  await cluster.shows('down', 'ap down, eu down, us up', 'eu', 'us', 'ap')
  await cluster.toldTimes(1)
  cluster.refused.delete('eu')
  await cluster.shows('up', 'ap down, eu up, us up', 'eu', 'us', 'ap')
  await cluster.toldTimes(2)
  await sleep(3_000)
  t.deepEqual(cluster.told, ['firing', 'resolved'])
})

run('all zones start while a server refuses one of them: nothing is down', async (t) => {
  const cluster = await ZoneCluster.start(t, '', 'us', 'ap')
  cluster.refused.add('')
  for (const zone of ['us', 'ap', '']) cluster.machine(`of-${zone}`, zone)
  const all = ['of-', 'of-us', 'of-ap']
  await cluster.shows('up', '- down, ap up, us up', ...all)
  await cluster.polled('', 'us', 'ap')
  t.deepEqual(cluster.verdicts, ['up'])
  t.deepEqual(cluster.told, [])
})

run('a zone that is killed has no vote, and one that comes back has', async (t) => {
  const cluster = await threeZones(t)
  cluster.refused.add('us').add('ap')
  await cluster.shows('down', 'ap down, eu up, us down', 'eu', 'us', 'ap')
  await cluster.toldTimes(1)
  // As many say so as don't.
  cluster.signal('us', 'SIGKILL')
  await cluster.shows('up', 'ap down, eu up', 'eu', 'ap')
  await cluster.toldTimes(2)
  cluster.machine('us', 'us')
  await cluster.shows('down', 'ap down, eu up, us down', 'eu', 'us', 'ap')
  await cluster.toldTimes(3)
  // One that agrees with none of the others changes nothing.
  cluster.signal('eu', 'SIGKILL')
  await cluster.shows('down', 'ap down, us down', 'us', 'ap')
  cluster.machine('eu', 'eu')
  await cluster.shows('down', 'ap down, eu up, us down', 'eu', 'us', 'ap')
  await sleep(3_000)
  t.deepEqual(cluster.told, ['firing', 'resolved', 'firing'])
  t.is(cluster.otherThan('down', 'eu'), undefined)
})

run(
  'machines of all zones are started again while a URL is down: people are told nothing more',
  async (t) => {
    let { cluster, longestMs } = await restartedZones(t)
    // A machine that is so busy that a zone was away for too long: the verdict may have turned, as it should.
    while (longestMs > VOTE_MS) {
      for (const { child } of cluster.machines.values()) child.kill('SIGKILL')
      ;({ cluster, longestMs } = await restartedZones(t))
    }
    await sleep(3_000)
    t.deepEqual(cluster.told, ['firing'])
    for (const zone of ['ap', 'us', 'eu']) t.is(cluster.otherThan('down', zone), undefined, zone)
  },
)

run('a zone that is frozen has no vote, and says nothing old when it goes on', async (t) => {
  const cluster = await threeZones(t)
  cluster.refused.add('eu').add('us')
  await cluster.shows('down', 'ap up, eu down, us down', 'eu', 'us', 'ap')
  await cluster.toldTimes(1)
  cluster.signal('us', 'SIGSTOP')
  await cluster.shows('up', 'ap up, eu down', 'eu', 'ap')
  cluster.refused.clear()
  await cluster.shows('up', 'ap up, eu up', 'eu', 'ap')
  const before = cluster.shown('ap').length
  cluster.signal('us', 'SIGCONT')
  await cluster.shows('up', 'ap up, eu up, us up', 'eu', 'us', 'ap')
  await cluster.polled('eu', 'us', 'ap')
  t.true(
    cluster
      .shown('ap')
      .slice(before)
      .every(({ verdict }) => verdict === 'up'),
  )
  t.deepEqual(cluster.told, ['firing', 'resolved'])
})

run('a zone without internet knows nothing, and nothing is down', async (t) => {
  const cluster = await threeZones(t)
  cluster.cut.add('eu')
  await cluster.shows('up', 'ap up, eu unknown, us up', 'eu', 'us', 'ap')
  await cluster.polled('us', 'ap')
  await sleep(GONE_MS)
  t.deepEqual(cluster.verdicts, ['up'])
  t.deepEqual(cluster.told, [])
  // The others still tell of what is down.
  cluster.refused.add('us').add('ap')
  await cluster.shows('down', 'ap down, eu unknown, us down', 'eu', 'us', 'ap')
  await cluster.toldTimes(1)
  cluster.cut.clear()
  cluster.refused.clear()
  await cluster.shows('up', 'ap up, eu up, us up', 'eu', 'us', 'ap')
  await cluster.toldTimes(2)
  t.deepEqual(cluster.told, ['firing', 'resolved'])
})

run(
  'threads of a machine whose zone sees something else than most die: it goes on with what most see',
  async (t) => {
    const cluster = await ZoneCluster.start(t, 'eu', 'us', 'ap')
    const mark = join(directoryOf(t), 'fault')
    const env = { FAULT_MARK: mark, FAULT_KIND: 'exit', NODE_OPTIONS: `--import ${pathOfFault}` }
    for (const zone of ['eu', 'us', 'ap']) cluster.machine(zone, zone, zone === 'eu' ? env : {})
    await cluster.shows('up', 'ap up, eu up, us up', 'eu', 'us', 'ap')
    cluster.refused.add('eu')
    await cluster.shows('up', 'ap up, eu down, us up', 'eu', 'us', 'ap')
    for (const role of ['monitor', 'cluster']) {
      writeFileSync(`${mark}-${role}`, '')
      await waitUntil(() => !existsSync(`${mark}-${role}`), PATIENCE_MS)
      await cluster.polled('eu', 'us', 'ap')
      const before = cluster.shown('eu').length
      await waitUntil(() => cluster.shown('eu').length > before + 3, PATIENCE_MS)
      await cluster.shows('up', 'ap up, eu down, us up', 'eu')
    }
    t.deepEqual(cluster.verdicts, ['up'])
    t.deepEqual(
      new Set(cluster.shown('eu').map(({ previousVerdict }) => previousVerdict)),
      new Set(['pending', 'up']),
    )
    t.deepEqual(cluster.told, [])
  },
)

run('a machine takes over from another one of its zone alone', async (t) => {
  const cluster = await ZoneCluster.start(t, 'eu', 'us')
  for (const [name, zone] of [
    ['a', 'eu'],
    ['b', 'eu'],
    ['c', 'us'],
  ] as const)
    cluster.machine(name, zone)
  await cluster.shows('up', 'eu up, us up', 'a', 'b', 'c')
  await cluster.polled('eu', 'us')
  const { stdout } = await headcount(t, ['cluster', 'status', '--cluster', cluster.valkey.url])
  t.regex(stdout, /^a +eu +up +\d/m)
  t.regex(stdout, /^c +us +up +\d/m)
  cluster.signal('a', 'SIGKILL')
  await sleep(GONE_MS)
  await cluster.polled('eu', 'us')
  await cluster.shows('up', 'eu up, us up', 'b', 'c')
  const machines = (zone: string) => {
    const names = [...cluster.requests.keys()]
      .filter((key) => key.startsWith(zone))
      .map((key) => key.split(' ')[1] ?? '')
    return [...new Set(names)].toSorted().join()
  }
  t.is(machines('us'), 'c')
  t.is(machines('eu'), 'a,b')
  t.deepEqual(cluster.verdicts, ['up'])
})

run('the last machine of a zone is drained, and its zone has no vote until it is resumed', async (t) => {
  const cluster = await threeZones(t)
  const tool = (action: string) => headcount(t, ['cluster', action, 'us', '--cluster', cluster.valkey.url])
  const drained = await tool('drain')
  t.regex(drained.stdout, /^us: everything is handed over, .*; no machine polls in zone us now$/m)
  await cluster.shows('up', 'ap up, eu up', 'eu', 'us', 'ap')
  await tool('resume')
  await cluster.shows('up', 'ap up, eu up, us up', 'eu', 'us', 'ap')
  t.deepEqual(cluster.verdicts, ['up'])
})

run('the server loses everything, or is away: no zone is voted out', async (t) => {
  const cluster = await threeZones(t)
  cluster.refused.add('ap')
  await cluster.shows('up', 'ap down, eu up, us up', 'eu', 'us', 'ap')
  await cluster.valkey.command('FLUSHALL')
  await cluster.polled('eu', 'us', 'ap')
  await cluster.valkey.kill()
  await sleep(GONE_MS)
  await cluster.valkey.run()
  await cluster.polled('eu', 'us', 'ap')
  await cluster.shows('up', 'ap down, eu up, us up', 'eu', 'us', 'ap')
  t.deepEqual(cluster.verdicts, ['up'])
  t.deepEqual(cluster.told, [])
})
