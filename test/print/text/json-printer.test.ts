import test from 'ava'
import type { ResourceId } from '../../../src/resource/resource.ts'
import { JsonPrinter } from '../../../src/print/text/json-printer.ts'
import type { State } from '../../../src/state/state.ts'
import { stateMapOf } from '../../helpers/state-map.ts'
import { down, unknown, up } from '../../helpers/state.ts'

const ID = 0 as ResourceId
const URLS = ['https://a.example/']

/** What a printer writes of States at 1 s, 2 s, and so on. */
function linesOf(states: readonly State[], changes = false, restored = false): Record<string, unknown>[] {
  const lines: Record<string, unknown>[] = []
  const sink = {
    write: (text: string) => void lines.push(JSON.parse(text) as Record<string, unknown>),
    flush: () => Promise.resolve(),
    dropped: 0,
  }
  const printer = new JsonPrinter(sink, { changes })
  const map = stateMapOf(URLS)
  if (restored) printer.restored(ID, 'up', 500)
  for (const [n, state] of states.entries()) {
    const timed = { ...state, at: (n + 1) * 1_000 }
    printer.state(timed, map.set(timed) === true, map)
  }
  return lines
}

const turnsOf = (lines: readonly Record<string, unknown>[]) =>
  lines.map(({ previousVerdict, verdict, since, consecutive }) => [
    previousVerdict,
    verdict,
    Date.parse(String(since)) / 1_000,
    consecutive,
  ])

test('each line says what was before, since when it is so, and how many polls found it', (t) => {
  t.deepEqual(turnsOf(linesOf([up(0), up(0), down(0), unknown(0), down(0), up(0)])), [
    ['pending', 'up', 1, 1],
    ['up', 'up', 1, 2],
    ['up', 'down', 3, 1],
    ['down', 'unknown', 4, 0],
    ['unknown', 'down', 5, 2],
    ['down', 'up', 6, 1],
  ])
})

test('with --changes, polls without a line count too', (t) => {
  t.deepEqual(turnsOf(linesOf([up(0), up(0), down(0), down(0), up(0)], true)), [
    ['pending', 'up', 1, 1],
    ['up', 'down', 3, 1],
    ['down', 'up', 5, 1],
  ])
})

test('what an earlier run knew is there before the first poll', (t) => {
  t.deepEqual(turnsOf(linesOf([up(0), down(0)], false, true)), [
    ['up', 'up', 0.5, 1],
    ['up', 'down', 2, 1],
  ])
})

test('a row of polls that is decided by settings keeps its own count', (t) => {
  const last = { answer: 'down', consecutive: 2, needed: 3 } as const
  const lines: string[] = []
  const sink = { write: (text: string) => lines.push(text), flush: () => Promise.resolve(), dropped: 0 }
  const printer = new JsonPrinter(sink, { changes: false })
  printer.state({ ...down(0), verdict: 'up', last }, false, stateMapOf(URLS))
  t.like(JSON.parse(lines.join('')), { verdict: 'up', answer: 'down', consecutive: 2 })
})

test('events: a verdict that counts no more, and a URL that has left its list', (t) => {
  const lines: string[] = []
  const sink = { write: (text: string) => lines.push(text), flush: () => Promise.resolve(), dropped: 0 }
  const printer = new JsonPrinter(sink, { changes: true })
  const map = stateMapOf(URLS, up(0))
  printer.state(up(0), true, map)
  map.loseVerdict(ID, 'parent', 'its parent is down', 5_000)
  printer.verdictLost(ID, 5_000, map)
  printer.forget(ID, URLS[0] as string)
  printer.state(up(0), true, map)
  const [, lost, removed, again] = lines.map((line) => JSON.parse(line) as Record<string, unknown>)
  t.like(lost, {
    type: 'event',
    event: 'verdict',
    verdict: 'unknown',
    previousVerdict: 'up',
    since: '1970-01-01T00:00:05.000Z',
    detail: 'its parent is down',
  })
  t.like(removed, { type: 'event', event: 'removed', url: URLS[0] })
  t.like(again, { previousVerdict: 'pending', consecutive: 1 })
})
