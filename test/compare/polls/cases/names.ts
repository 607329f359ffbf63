import type { Answer } from 'dns-packet'
import type { ScriptedAnswer } from '../../../helpers/dns-server.ts'
import type { Case, DnsAsk } from '../case.ts'

const SOA: Answer = {
  type: 'SOA',
  name: 'zone.test',
  ttl: 300,
  data: {
    mname: 'ns.zone.test',
    rname: 'me.zone.test',
    serial: 7,
    refresh: 1,
    retry: 1,
    expire: 1,
    minimum: 1,
  },
}

const one = (
  name: string,
  dns: Omit<DnsAsk, 'name'>,
  answer: ScriptedAnswer,
  traits: readonly string[] = [],
): Case => {
  const host = `${name.replaceAll(/[^a-z\d]+/gi, '-').toLowerCase()}.test`
  return {
    name: `dns: ${name}`,
    ask: { url: 'dns://name-server/', dns: { name: host, ...dns } },
    servers: [],
    zone: { [host]: answer },
    traits,
  }
}

/** Records have the name of the case. */
const records = (
  name: string,
  dns: Omit<DnsAsk, 'name'>,
  list: readonly object[],
  traits: readonly string[] = [],
): Case => {
  const host = `${name.replaceAll(/[^a-z\d]+/gi, '-').toLowerCase()}.test`
  return one(
    name,
    dns,
    { records: list.map((record) => ({ name: host, ttl: 300, ...record }) as Answer) },
    traits,
  )
}

const MANY = Array.from({ length: 60 }, (_, n) => `192.0.2.${n + 1}`)
const MX = [{ type: 'MX', data: { preference: 10, exchange: 'mail.zone.test' } }]
const TXT = [{ type: 'TXT', data: ['v=spf1 -all'] }]

/** A case whose answer is none, with a deadline to wait for. */
const waiting = (name: string, answer: ScriptedAnswer): Case => {
  const { ask, ...rest } = one(name, { type: 'A' }, answer)
  return { ...rest, ask: { ...ask, timeoutMs: 1_500 } }
}

/** Without the bit that makes an answer of it. */
function asQuestion(reply: Buffer): Buffer {
  const copy = Buffer.from(reply)
  copy.writeUInt8(copy.readUInt8(2) & 0x7f, 2)
  return copy
}

/** Questions to a name server. */
export const NAMES: readonly Case[] = [
  one('an address', { type: 'A' }, { a: ['192.0.2.1'] }),
  one('an address as expected', { type: 'A', expect: '192.0.2.1' }, { a: ['192.0.2.1'] }),
  one('another address', { type: 'A', expect: '192.0.2.9' }, { a: ['192.0.2.1'] }),
  one('one of two addresses', { type: 'A', expect: '192.0.2.2' }, { a: ['192.0.2.1', '192.0.2.2'] }),
  one('an address of IPv6', { type: 'AAAA', expect: '2001:db8::1' }, { aaaa: ['2001:db8::1'] }),
  one('no address of this family', { type: 'AAAA' }, { a: ['192.0.2.1'] }, ['no records']),
  one('no such name', { type: 'A' }, 'NXDOMAIN'),
  one('no such name, as expected', { type: 'A', rcode: 'NXDOMAIN' }, 'NXDOMAIN'),
  one('a name that should not be', { type: 'A', rcode: 'NXDOMAIN' }, { a: ['192.0.2.1'] }),
  one('SERVFAIL', { type: 'A' }, 'SERVFAIL'),
  one('REFUSED', { type: 'A' }, 'REFUSED'),
  one('REFUSED, as expected', { type: 'A', rcode: 'REFUSED' }, 'REFUSED'),
  waiting('silence', 'silent'),
  waiting('half an answer', { a: ['192.0.2.1'], spoilt: (reply) => reply.subarray(0, 14) }),
  waiting('an answer without end', { a: ['192.0.2.1'], spoilt: (reply) => reply.subarray(0, -2) }),
  waiting('the question as its answer', { a: ['192.0.2.1'], spoilt: asQuestion }),
  one('an alias', { type: 'A', expect: '192.0.2.1' }, { cname: 'an-address.test' }),
  one('an alias, its own record', { type: 'CNAME', expect: 'an-address.test' }, { cname: 'an-address.test' }),
  one('an alias of nothing', { type: 'A' }, { cname: 'missing.test' }, ['alias of nothing']),
  records('MX', { type: 'MX', expect: '/10 mail\\.zone\\.test/' }, MX),
  records('MX, another', { type: 'MX', expect: 'nowhere.zone' }, MX),
  records('NS', { type: 'NS', expect: 'ns.zone.test' }, [{ type: 'NS', data: 'ns.zone.test' }]),
  records('TXT', { type: 'TXT', expect: 'v=spf1' }, TXT),
  records(
    'TXT in two pieces',
    { type: 'TXT', expect: 'one two' },
    [{ type: 'TXT', data: ['one ', 'two'] }],
    ['pieces'],
  ),
  records('SRV', { type: 'SRV', expect: '5060 sip.zone.test' }, [
    { type: 'SRV', data: { priority: 1, weight: 2, port: 5060, target: 'sip.zone.test' } },
  ]),
  records('SOA', { type: 'SOA', expect: '/ 7 /' }, [SOA]),
  records('CAA', { type: 'CAA', expect: 'ca.test' }, [
    { type: 'CAA', data: { flags: 0, tag: 'issue', value: 'ca.test' } },
  ]),
  one('an authority', { type: 'A', authority: '/SOA/' }, { a: ['192.0.2.1'], authorities: [SOA] }),
  one('an authority, another', { type: 'A', authority: '/NS/' }, { a: ['192.0.2.1'], authorities: [SOA] }),
  one('an authority, none', { type: 'A', authority: '/SOA/' }, { a: ['192.0.2.1'] }),
  one(
    'an authority beside NXDOMAIN',
    { type: 'A', rcode: 'NXDOMAIN', authority: '/SOA/' },
    { rcode: 'NXDOMAIN', authorities: [SOA] },
  ),
  one('truncated over UDP', { type: 'A', expect: '192.0.2.60' }, { a: MANY }, ['truncated']),
  one('truncated over UDP, a record of the first part', { type: 'A', expect: '192.0.2.1' }, { a: MANY }),
  { ...one('a reverse lookup', { type: 'PTR', expect: 'www.zone.test' }, 'NXDOMAIN'), ...reverse() },
]

function reverse(): Pick<Case, 'ask' | 'zone'> {
  const name = '80.2.0.192.in-addr.arpa'
  return {
    ask: { url: 'dns://name-server/', dns: { name: '192.0.2.80', type: 'PTR', expect: 'www.zone.test' } },
    zone: { [name]: { records: [{ type: 'PTR', name, ttl: 300, data: 'www.zone.test' }] } },
  }
}
