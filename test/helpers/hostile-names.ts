import type { ScriptedAnswer } from './dns-server.ts'

/** What a name server can do to a resolver, by name. */
export const HOSTILE_NAMES: Readonly<Record<string, ScriptedAnswer>> = {
  'no-such-name': 'NXDOMAIN',
  servfail: 'SERVFAIL',
  'refused-name': 'REFUSED',
  formerr: 'FORMERR',
  'silent-name': 'silent',
  'no-address': {},
  'late-name': { a: ['127.0.0.1'], delayMs: 5_000, ttl: 1 },
  circle: { cname: 'circle.test' },
  'short-record': { a: ['127.0.0.1'], spoilt: (reply) => reply.subarray(0, -1) },
  'record-of-3-bytes': {
    a: ['127.0.0.1'],
    spoilt: (reply) => {
      const bytes = Buffer.from(reply.subarray(0, -1))
      bytes.writeUInt16BE(3, bytes.length - 5)
      return bytes
    },
  },
  'head-only': { a: ['127.0.0.1'], spoilt: (reply) => reply.subarray(0, 12) },
  empty: { a: ['127.0.0.1'], spoilt: () => Buffer.alloc(0) },
  'pointer-to-itself': {
    a: ['127.0.0.1'],
    spoilt: (reply) => {
      const bytes = Buffer.from(reply)
      bytes.writeUInt16BE(0xc00c, 12)
      return bytes
    },
  },
  'another-question': {
    a: ['127.0.0.1'],
    spoilt: (reply) => {
      const bytes = Buffer.from(reply)
      bytes[13] = 0x7a
      return bytes
    },
  },
  'truncated-always': {
    a: ['127.0.0.1'],
    spoilt: (reply) => {
      const bytes = Buffer.from(reply)
      bytes[2] = (bytes[2] as number) | 2
      return bytes
    },
  },
  'dead-address': { a: ['127.255.255.254'] },
  broadcast: { a: ['255.255.255.255'] },
}
