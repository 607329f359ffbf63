import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import type { Engine } from '../../../src/cluster/engine/engine.ts'
import { Exchange } from '../../../src/cluster/engine/exchange.ts'
import { freshVerdicts, withVerdicts } from '../../../src/cluster/engine/known-verdicts.ts'
import { Rows } from '../../../src/cluster/engine/rows.ts'
import { ClusterNode } from '../../../src/cluster/share/cluster-node.ts'
import { textKey } from '../../../src/cluster/share/text-hash.ts'
import { pollerNumber } from '../../../src/resource/poller-number.ts'
import { StateBatch, unpackStates } from '../../../src/state/state-batch.ts'
import { KeyedStates, splitStates } from '../../../src/state/state-records.ts'
import type { State } from '../../../src/state/state.ts'
import { unpackZones } from '../../../src/state/zone-batch.ts'
import type { StatusMessage } from '../../../src/threads/protocol.ts'
import { machineStatus } from '../../helpers/machine-status.ts'
import { down, up } from '../../helpers/state.ts'

const URLS = ['http://a.example/', 'http://b.example/']

/** A machine of zone `eu` whose table has these URLs as 10, 11, …, all in one batch, and what its monitor gets, as texts. */
function exchangeOf(t: ExecutionContext) {
  const rows = new Rows()
  rows.define('one', 'v', URLS, Uint32Array.of(10, 11), Uint16Array.of(0, 3))
  const exchange = new Exchange('eu', {} as Engine, new ClusterNode(1_000), rows)
  const open = () => {
    const { port1, port2 } = new MessageChannel()
    t.teardown(() => port1.close())
    return {
      port: port2,
      shown: () => {
        exchange.flush()
        return textsOf(port1)
      },
    }
  }
  const { port, shown } = open()
  exchange.ports.show(pollerNumber(0), port)
  let now = 0
  const hear = (...zones: string[]) => {
    now += 400
    exchange.zones.heard(
      zones.map((zone) => ({ ...machineStatus(zone), zone })),
      now,
    )
  }
  return { exchange, rows, hear, shown, open }
}

type MessagePort = MessageChannel['port1']

function textsOf(port: MessagePort): string[] {
  const texts: string[] = []
  for (let got = receiveMessageOnPort(port); got !== undefined; got = receiveMessageOnPort(port)) {
    const message = got.message as StatusMessage
    if (message.type === 'states')
      unpackStates(message.batch, ({ id, generation, verdict }) =>
        texts.push(`shown ${id}.${generation} ${verdict}`),
      )
    if (message.type !== 'zones') continue
    if (message.batch.byteLength === 0) texts.push(`live ${message.names.join()}`)
    unpackZones(message.batch, (id, generation, zone, { verdict, status }) =>
      texts.push(`${message.names[zone]}: ${id}.${generation} ${verdict} ${status}`),
    )
  }
  return texts
}

/** As it lies in the engine. */
function results(url: string, state: State): Uint8Array {
  const batch = new StateBatch()
  batch.add(state)
  const keyed = new KeyedStates()
  splitStates(batch.take(), (_id, _generation, rest) => keyed.add(textKey(url), rest))
  return new Uint8Array(keyed.take())
}

const UP = (url = URLS[0] as string) => results(url, up(0, { status: 204 }))
const DOWN = (url = URLS[0] as string) => results(url, down(0))

test('with one zone, the monitor gets its polls and nothing else', (t) => {
  const { exchange, hear, shown } = exchangeOf(t)
  hear('eu')
  exchange.show('eu', 'one', DOWN())
  exchange.show('eu', 'another', DOWN())
  t.deepEqual(shown(), ['shown 10.0 down'])
})

test('with several, it gets what each says, and then the polls that agree with most of them', (t) => {
  const { exchange, hear, shown } = exchangeOf(t)
  hear('us', 'eu', 'ap')
  t.deepEqual(shown(), ['live ap,eu,us'])
  exchange.show('eu', 'one', DOWN())
  exchange.show('us', 'one', UP())
  exchange.show('ap', 'one', UP())
  t.deepEqual(shown(), ['eu: 10.0 down 0', 'us: 10.0 up 204', 'ap: 10.0 up 204', 'shown 10.0 up'])
  exchange.show('us', 'one', DOWN())
  t.deepEqual(shown(), ['us: 10.0 down 0', 'shown 10.0 down'])
})

test('a URL that another zone has in another batch is found, as long as this zone has it', (t) => {
  const { exchange, rows, hear, shown } = exchangeOf(t)
  hear('us', 'eu')
  shown()
  exchange.show('us', 'theirs', UP(URLS[1]))
  exchange.show('us', 'one', UP('http://c.example/'))
  t.deepEqual(shown(), ['us: 11.3 up 204', 'shown 11.3 up'])
  rows.define(
    'two',
    'v',
    ['http://c.example/', URLS[1] as string],
    Uint32Array.of(12, 11),
    Uint16Array.of(0, 3),
  )
  rows.remove('one')
  for (const url of [...URLS, 'http://c.example/']) exchange.show('us', 'theirs', UP(url))
  t.deepEqual(shown(), ['us: 11.3 up 204', 'us: 12.0 up 204', 'shown 11.3 up', 'shown 12.0 up'])
})

test('a new monitor gets all that zones have said, and who is gone', (t) => {
  const { exchange, hear, shown, open } = exchangeOf(t)
  hear('us', 'eu')
  exchange.zones.seed(new Map([['us', ['down', 'pending']]]), Uint32Array.of(10, 11), Uint16Array.of(0, 3))
  exchange.show('eu', 'one', UP())
  t.deepEqual(shown(), ['live eu,us', 'us: 10.0 down 0', 'eu: 10.0 up 204', 'shown 10.0 up'])
  const next = open()
  t.true(exchange.ports.show(pollerNumber(0), next.port))
  exchange.zones.tellAll()
  t.deepEqual(next.shown(), ['live eu,us', 'eu: 10.0 up 204', 'us: 10.0 down 0'])
  for (let n = 0; n < 14; n++) hear('eu')
  t.deepEqual(next.shown(), ['live eu'])
})

const facts = (verdict: 'up' | 'down', dueAt = 50_000) =>
  ({
    verdict,
    dueAt,
    slotAt: dueAt,
    errCount: 0,
    notBefore: 0,
    headRefusedUntil: 0,
    refusedStatus: 0,
  }) as const

test('what is known at the start is the verdict of most zones, but for those that have not polled for long', (t) => {
  const own = [facts('up'), facts('up'), null]
  const us = [facts('down'), facts('down', 1_000), facts('down')]
  const ap = [facts('down'), null, null]
  const zones = freshVerdicts(
    new Map([
      ['eu', own],
      ['us', us],
      ['ap', ap],
    ]),
    55_000,
  )
  t.deepEqual(zones.get('us'), ['down', 'pending', 'down'])
  t.deepEqual(withVerdicts(own, zones), [facts('down'), facts('up'), null])
  t.deepEqual(withVerdicts(own, new Map()), own)
})
