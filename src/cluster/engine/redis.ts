import { createConnection, isIP } from 'node:net'
import type { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { connect as connectTls } from 'node:tls'
import { AbstractConnector, Redis } from 'ioredis'
import type { RedisOptions } from 'ioredis'
import type { EngineAddress } from '../../settings/cluster-options.ts'
import { loadScripts } from './scripts.ts'

/** A command that has no answer after this long has failed, in ms: less than a lease. It may be carried out all the same. */
export const COMMAND_TIMEOUT_MS = 1_000

/** To connect may take so much longer than a command, in ms. */
const CONNECT_MORE_MS = 1_000

/** A connection on which nothing came for so much longer is closed, in ms. After a network was cut, TCP itself waits far longer. */
const SILENCE_MORE_MS = 2_000

/** Time between two attempts to connect, in ms. */
const RETRY_MS = 250

type Host = EngineAddress['hosts'][number]

/** A connection to the engine. */
export type Connection = Redis

/**
 * Connects, again and again. While there is no connection, commands fail at once: nothing may be carried out late. `key`: one of those that
 * are used, which are all in one slot of a Redis Cluster. `timeoutMs`: see COMMAND_TIMEOUT_MS.
 */
export function connect(
  address: EngineAddress,
  name: string,
  key: string,
  blocking = false,
  timeoutMs = COMMAND_TIMEOUT_MS,
): Connection {
  const options = optionsOf(address, name, blocking, timeoutMs)
  const Connector = address.isCluster ? { Connector: connectorTo(address, key) } : {}
  // The types of ioredis declare options as optional and as possibly undefined, which differ here.
  const redis = new Redis({ ...options, ...Connector } as object)
  if (!blocking)
    for (const { name: script, lua, keys } of loadScripts())
      redis.defineCommand(script, { lua, numberOfKeys: keys })
  // Without its database, ioredis would go on in another one, where another cluster may be.
  redis.on('error', (error: Error & { command?: { name: string } }) => {
    if (error.command?.name === 'select') redis.disconnect(true)
  })
  return redis
}

/** Calls a script. Answers are Buffers, in arrays as deep as the script makes them. */
export async function callScript(
  redis: Connection,
  script: string,
  args: readonly (string | number | Buffer)[],
): Promise<unknown> {
  const call = (redis as unknown as Record<string, (...all: unknown[]) => Promise<unknown>>)[
    `${script}Buffer`
  ]
  return call?.apply(redis, [...args])
}

/** The clock of a server, in ms since the epoch. */
export async function serverTimeMs(redis: Connection): Promise<number> {
  // They are texts, whatever the types of ioredis say.
  const [seconds = 0, micros = 0] = (await redis.time()).map(Number)
  return seconds * 1_000 + micros / 1_000
}

/** What a server says of itself, by name. */
export async function serverInfo(redis: Connection): Promise<ReadonlyMap<string, string>> {
  const lines = (await redis.info()).split(/\r?\n/)
  return new Map(lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]))
}

function optionsOf(address: EngineAddress, name: string, blocking: boolean, timeoutMs: number): RedisOptions {
  const { hosts, sentinel, database, user, password, tls } = address
  const [first] = hosts
  // One name for all would be that which the certificate of each sentinel, and of the server, is compared with.
  const secure = tls === null ? {} : { tls: tlsOptions(tls, sentinel === null ? first?.host : undefined) }
  return {
    ...(sentinel === null
      ? { host: first?.host ?? '', port: first?.port ?? 0 }
      : {
          sentinels: [...hosts],
          name: sentinel,
          sentinelRetryStrategy: () => RETRY_MS,
          // One that is frozen takes connections all the same.
          sentinelCommandTimeout: COMMAND_TIMEOUT_MS,
          ...(tls === null ? {} : { enableTLSForSentinelMode: true, sentinelTLS: secure.tls }),
        }),
    ...secure,
    db: database,
    ...(user === null ? {} : { username: user }),
    ...(password === null ? {} : { password }),
    connectionName: `headcount:${name}`,
    connectTimeout: timeoutMs + CONNECT_MORE_MS,
    ...(blocking ? {} : { commandTimeout: timeoutMs }),
    socketTimeout: timeoutMs + SILENCE_MORE_MS,
    retryStrategy: () => RETRY_MS,
    // Else a command could be carried out after the lease that it was sent in.
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    // After a failover, or when slots of a Redis Cluster were moved, this is the connection to the server that had the keys before.
    reconnectOnError: (error) => /^(?:READONLY|MOVED|CLUSTERDOWN)/.test(error.message),
    lazyConnect: true,
  }
}

/** `host`: for which the certificate has to be; undefined: that which is connected to. */
function tlsOptions({ ca, cert, key }: NonNullable<EngineAddress['tls']>, host: string | undefined) {
  return {
    ...(ca === null ? {} : { ca }),
    ...(cert === null ? {} : { cert }),
    ...(key === null ? {} : { key }),
    ...(host === undefined || isIP(host) !== 0 ? {} : { servername: host }),
  }
}

/** How ioredis connects to that server of a Redis Cluster which has a key. */
function connectorTo(address: EngineAddress, key: string): new () => AbstractConnector {
  // Servers that were named come first: those that joined later may be gone.
  let hosts = address.hosts
  let asked = 0
  const owner = async () => {
    // Not always the same one: it may be cut off from the others, and not know that it has the key no more.
    const host = hosts[asked++ % hosts.length] as Host
    const found = await slotOwner({ ...address, hosts: [host], isCluster: false }, key)
    hosts = [
      ...new Map([...address.hosts, ...found.all].map((one) => [`${one.host}:${one.port}`, one])).values(),
    ]
    return found.owner
  }
  return class extends AbstractConnector {
    constructor() {
      super(COMMAND_TIMEOUT_MS + SILENCE_MORE_MS)
    }

    override async connect(emit: (type: string, error: Error) => void): Promise<Socket> {
      this.connecting = true
      for (let failures = 1; ; failures++) {
        const found = await owner().catch((error: Error) => error)
        if (!this.connecting) throw new Error('the connection was closed')
        if (!(found instanceof Error)) {
          const stream =
            address.tls === null
              ? createConnection(found)
              : connectTls({ ...found, ...tlsOptions(address.tls, found.host) })
          stream.once('error', (error) => {
            this.firstError = error
          })
          this.stream = stream
          return stream
        }
        // As long as one of them answers, there is nothing to say.
        if (failures % hosts.length === 0) emit('error', found)
        await sleep(RETRY_MS)
      }
    }
  }
}

/** Asks a server of a Redis Cluster which of them has a key, and which there are. Rejects when it can't tell. */
async function slotOwner(address: EngineAddress, key: string): Promise<{ owner: Host; all: Host[] }> {
  const [asked] = address.hosts as [Host]
  const options = { ...optionsOf(address, 'slots', false, COMMAND_TIMEOUT_MS), retryStrategy: () => null }
  const redis = new Redis(options as object)
  const failed = new Promise<never>((_, reject) => redis.once('error', reject))
  redis.on('error', () => {})
  try {
    await Promise.race([redis.connect(), failed])
    const slot = await redis.cluster('KEYSLOT', key)
    const ranges = await redis.cluster('SLOTS')
    // A server that does not know its own address leaves it out.
    const hostOf = ([host, port]: readonly [string | null, number, ...unknown[]]): Host => ({
      host: host === null || host === '' ? asked.host : host,
      port,
    })
    const [, , owner] = ranges.find(([from, to]) => from <= slot && slot <= to) ?? []
    if (owner === undefined) throw new Error('no server of the Redis Cluster has the slot of the keys')
    return { owner: hostOf(owner), all: ranges.flatMap(([, , ...servers]) => servers.map(hostOf)) }
  } finally {
    redis.disconnect()
  }
}
