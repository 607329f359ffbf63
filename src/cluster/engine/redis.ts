import { isIP } from 'node:net'
import { Redis } from 'ioredis'
import type { RedisOptions } from 'ioredis'
import type { EngineAddress } from '../../settings/cluster-options.ts'
import { loadScripts } from './scripts.ts'

/** A command that has no answer after this long has failed, in ms: less than a lease. It may be carried out all the same. */
export const COMMAND_TIMEOUT_MS = 1_000

/** A connection on which nothing came for this long is closed, in ms. After a network was cut, TCP itself waits far longer. */
const SILENCE_MS = 3_000

const CONNECT_TIMEOUT_MS = 2_000

/** Time between two attempts to connect, in ms. */
const RETRY_MS = 250

/** A connection to the engine. */
export type Connection = Redis

/** Connects, again and again. While there is no connection, commands fail at once: nothing may be carried out late. */
export function connect(address: EngineAddress, name: string, blocking = false): Connection {
  // The types of ioredis declare options as optional and as possibly undefined, which differ here.
  const redis = new Redis(optionsOf(address, name, blocking) as object)
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

function optionsOf(address: EngineAddress, name: string, blocking: boolean): RedisOptions {
  const { hosts, sentinel, database, user, password, tls } = address
  const [first] = hosts
  const secure =
    tls === null
      ? {}
      : {
          tls: {
            ...(tls.ca === null ? {} : { ca: tls.ca }),
            ...(tls.cert === null ? {} : { cert: tls.cert }),
            ...(tls.key === null ? {} : { key: tls.key }),
            // One name for all would be that which the certificate of each sentinel, and of the server, is compared with.
            ...(first === undefined || sentinel !== null || isIP(first.host) !== 0
              ? {}
              : { servername: first.host }),
          },
        }
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
    connectTimeout: CONNECT_TIMEOUT_MS,
    ...(blocking ? {} : { commandTimeout: COMMAND_TIMEOUT_MS }),
    socketTimeout: SILENCE_MS,
    retryStrategy: () => RETRY_MS,
    // Else a command could be carried out after the lease that it was sent in.
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    // After a failover, this is the connection to the server that was the first.
    reconnectOnError: (error) => error.message.startsWith('READONLY'),
    lazyConnect: true,
  }
}
