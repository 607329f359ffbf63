import { createHash } from 'node:crypto'
import { head } from '../answers.ts'
import type { Case, Reply, Seen } from '../case.ts'

const accept = ({ headers }: Seen) =>
  createHash('sha1')
    .update(`${headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
    .digest('base64')

/** A message and the end, as frames. */
const BYE = '\x81\x05hello\x88\x02\x03\xe8'

const one = (name: string, reply: (seen: Seen) => Reply, traits: readonly string[] = []): Case => ({
  name: `websocket: ${name}`,
  ask: { url: 'ws://{0}/' },
  servers: [{ reply }],
  traits,
})

const upgraded = (key: string, more: readonly string[] = []) =>
  head(101, ['Upgrade: WebSocket', 'Connection: Upgrade', `Sec-WebSocket-Accept: ${key}`, ...more])

/** Upgrades to WebSocket. */
export const WEBSOCKETS: readonly Case[] = [
  one('goes over', (seen) => ({ head: upgraded(accept(seen)), body: BYE })),
  one('goes over with a wrong key', () => ({ head: upgraded('AAAAAAAAAAAAAAAAAAAAAAAAAAA='), body: BYE }), [
    'wrong key',
  ]),
  one('answers 200', () => ({ head: head(200, ['Content-Length: 0', 'Connection: close']) }), ['200']),
  one('answers 404', () => ({ head: head(404, ['Content-Length: 0', 'Connection: close']) })),
  one('redirects', () => ({ head: head(302, ['Location: /a', 'Content-Length: 0', 'Connection: close']) })),
  one('closes', () => ({ head: '' })),
]
