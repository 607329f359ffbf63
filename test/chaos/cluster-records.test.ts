import test from 'ava'
import { hashText } from '../../src/cluster/share/text-hash.ts'
import { findingsOf } from './cluster-records.ts'

const URL_0 = 'http://a.example/0'
const INTERVAL_MS = 2_000
/** A slot of the URL, in ms since the epoch. */
const SLOT = 1_000_000 * INTERVAL_MS + (hashText(URL_0) / 2 ** 32) * INTERVAL_MS

/** What is found in requests of the URL: who sent each, and how long after SLOT. */
function findings(requests: readonly (readonly [node: number, after: number])[]) {
  const at = Float64Array.from(requests, ([, after]) => SLOT + after)
  return findingsOf(
    {
      at,
      openedAt: at,
      url: new Uint32Array(at.length),
      node: Uint8Array.from(requests, ([node]) => node),
    },
    {
      nodes: ['a', 'b'],
      intervalMs: INTERVAL_MS,
      urlOf: () => URL_0,
      frozen: [[], []],
      unknown: new Map(),
      away: [],
      offList: new Map(),
      watched: { from: SLOT - 5_000, to: SLOT + 10_000 },
    },
  )
}

for (const [why, requests, doubly] of [
  [
    'one machine after another',
    [
      [0, 5],
      [1, 2_005],
      [0, 4_001],
    ],
    0,
  ],
  [
    'two machines in one slot',
    [
      [0, 5],
      [1, 500],
    ],
    1,
  ],
  [
    'two machines, the second nearly an interval late',
    [
      [0, 5],
      [1, 1_900],
    ],
    1,
  ],
  [
    'two machines, the second perhaps early for its slot',
    [
      [0, 5],
      [1, 1_980],
    ],
    0,
  ],
  [
    'two machines, the first perhaps late for the slot before',
    [
      [0, -20],
      [1, 1_300],
    ],
    0,
  ],
  [
    'one that may be early, with one of another machine in both slots',
    [
      [1, -1_500],
      [0, -20],
      [1, 1_300],
    ],
    1,
  ],
  [
    'a machine that asks twice',
    [
      [0, 5],
      [0, 300],
    ],
    0,
  ],
] as const)
  test(`${why}: ${doubly === 0 ? 'no finding' : 'a slot polled by two'}`, (t) => {
    t.is(findings(requests).doubly.length, doubly)
  })

test('the longest time without a request is found', (t) => {
  const { gaps } = findings([
    [0, 0],
    [1, 7_000],
  ])
  t.deepEqual([...gaps], [7_000])
})
