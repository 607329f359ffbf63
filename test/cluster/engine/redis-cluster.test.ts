import { setTimeout as sleep } from 'node:timers/promises'
import type { ExecutionContext } from 'ava'
import { Engine } from '../../../src/cluster/engine/engine.ts'
import { connect } from '../../../src/cluster/engine/redis.ts'
import { parseEngineUrl } from '../../../src/settings/cluster-options.ts'
import { testWith } from '../../helpers/tool.ts'
import { ValkeyCluster } from '../../helpers/valkey-cluster.ts'
import { Valkey } from '../../helpers/valkey.ts'
import { waitUntil } from '../../helpers/wait-until.ts'

const test = testWith('valkey-server')

/** Waits until it says that this machine lives. */
async function pulsed(engine: Engine): Promise<void> {
  for (;;)
    try {
      await waitUntil(() => engine.isConnected)
      await engine.pulse('run', '{}')
      return
    } catch {
      await sleep(20)
    }
}

async function engineOf(t: ExecutionContext, { url }: ValkeyCluster): Promise<Engine> {
  const engine = new Engine({ server: parseEngineUrl(url), name: 'name', node: 'a', zone: '' })
  t.teardown(() => engine.close())
  engine.on('failed', () => {})
  engine.connect()
  await pulsed(engine)
  return engine
}

test('of a Redis Cluster, the server that has the keys is connected to, and its replica when it dies', async (t) => {
  const cluster = await ValkeyCluster.start(t)
  const engine = await engineOf(t, cluster)
  const owner = await cluster.ownerOf(engine.keys.machines)
  t.is(await owner?.command('HLEN', engine.keys.machines), ':1\r\n')

  await owner?.kill()
  await pulsed(engine)
  const next = await cluster.ownerOf(engine.keys.machines)
  t.true(next !== undefined && cluster.replicas.includes(next))
})

test('the server that does not have the keys any more is left', async (t) => {
  const cluster = await ValkeyCluster.start(t)
  const engine = await engineOf(t, cluster)
  const { machines } = engine.keys
  const owner = (await cluster.ownerOf(machines)) as Valkey
  const other = cluster.masters.find((one) => one !== owner) as Valkey
  const slot = /^:(\d+)/.exec(await owner.command('CLUSTER', 'KEYSLOT', machines))?.[1] as string
  const [from, to] = [await owner.id(), await other.id()]
  await other.command('CLUSTER', 'SETSLOT', slot, 'IMPORTING', from)
  await owner.command('CLUSTER', 'SETSLOT', slot, 'MIGRATING', to)
  await owner.command('DEL', machines)
  for (const valkey of [other, owner])
    t.is(await valkey.command('CLUSTER', 'SETSLOT', slot, 'NODE', to), '+OK\r\n')
  await pulsed(engine)
  t.is(await other.command('HLEN', machines), ':1\r\n')
})

test('a server that is no part of a Redis Cluster says so', async (t) => {
  const valkey = await Valkey.start(t)
  const redis = connect(parseEngineUrl(`redis-cluster://127.0.0.1:${valkey.port}`), 'a', 'key')
  t.teardown(() => redis.disconnect())
  const failed = new Promise<Error>((resolve) => redis.on('error', resolve))
  redis.connect().catch(() => {})
  t.regex((await failed).message, /cluster support disabled/)
})
