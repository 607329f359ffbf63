import { setTimeout as sleep } from 'node:timers/promises'
import type { ExecutionContext } from 'ava'
import { freePort } from './free-port.ts'
import { Valkey } from './valkey.ts'

/** Slots of a Redis Cluster. */
const SLOTS = 16_384

/** A Redis Cluster of so many Valkeys on loopback, each of which has a part of the slots, and one replica of each. It ends with the test. */
export class ValkeyCluster {
  readonly masters: readonly Valkey[]
  readonly replicas: readonly Valkey[]

  private constructor(masters: readonly Valkey[], replicas: readonly Valkey[]) {
    this.masters = masters
    this.replicas = replicas
  }

  static async start(t: Pick<ExecutionContext, 'teardown'>, count = 3): Promise<ValkeyCluster> {
    const flags = [
      '--cluster-enabled',
      'yes',
      // One that is silent for so long, in ms, loses its place: it may have to wait for a processor.
      '--cluster-node-timeout',
      '5000',
      '--repl-diskless-sync-delay',
      '0',
    ]
    // By the other port the servers speak with each other.
    const buses = await Promise.all(Array.from({ length: 2 * count }, freePort))
    const all = await Promise.all(
      buses.map((bus) => Valkey.start(t, ...flags, '--cluster-port', String(bus))),
    )
    const [masters, replicas] = [all.slice(0, count), all.slice(count)]
    const [first] = masters as [Valkey]
    for (const [n, valkey] of masters.entries()) {
      const [from, to] = [n, n + 1].map((place) => Math.floor((place * SLOTS) / count)) as [number, number]
      await valkey.command('CLUSTER', 'ADDSLOTSRANGE', String(from), String(to - 1))
    }
    for (const [n, { port }] of all.entries())
      if (n > 0) await first.command('CLUSTER', 'MEET', '127.0.0.1', String(port), String(buses[n]))
    const cluster = new ValkeyCluster(masters, replicas)
    for (const [n, replica] of replicas.entries()) {
      const id = await (masters[n] as Valkey).id()
      while (!(await replica.command('CLUSTER', 'REPLICATE', id)).startsWith('+OK')) await sleep(50)
    }
    for (const valkey of all) while (!(await isWhole(valkey, all.length))) await sleep(50)
    // One that has no copy yet never takes its master's place.
    for (const replica of replicas)
      while (!(await replica.command('INFO', 'replication')).includes('master_link_status:up'))
        await sleep(50)
    return cluster
  }

  /** With the ports of all that were started as masters. */
  get url(): string {
    return `redis-cluster://${this.masters.map(({ port }) => `127.0.0.1:${port}`).join()}`
  }

  /** Which of its servers has a key; undefined: none of those that answer. */
  async ownerOf(key: string): Promise<Valkey | undefined> {
    for (const valkey of [...this.masters, ...this.replicas]) {
      // The others answer that it was moved.
      const answer = await valkey.command('EXISTS', key).catch(() => '')
      if (answer.startsWith(':')) return valkey
    }
    return undefined
  }
}

async function isWhole(valkey: Valkey, servers: number): Promise<boolean> {
  const info = await valkey.command('CLUSTER', 'INFO')
  const nodes = await valkey.command('CLUSTER', 'NODES')
  const known = nodes.split('\n').filter((line) => /:\d+@/.test(line))
  return (
    info.includes('cluster_state:ok') &&
    known.length === servers &&
    known.filter((line) => line.includes('slave')).length === servers / 2 &&
    !nodes.includes('handshake') &&
    !nodes.includes('fail')
  )
}
