import test from 'ava'
import { FLAGS } from '../../src/command/flag-table.ts'
import { resolveSettings, SOURCES } from '../../src/command/precedence.ts'
import type { Layer, Source } from '../../src/command/precedence.ts'

type Values = Readonly<Record<string, unknown>>

function layerOf(source: Source, given: Values = {}): Layer {
  return new Map(
    Object.entries(given).map(([name, value]) => [
      name,
      { value, source, name: `${source} ${name}`, place: '' },
    ]),
  )
}

/** What comes of what each source says, of the flags that any of them names. */
function settledOf(given: Partial<Record<Source, Values>>): [values: Values, sources: Values] {
  const layers = Object.fromEntries(SOURCES.map((source) => [source, layerOf(source, given[source])]))
  const settled = [...resolveSettings(FLAGS, layers as Record<Source, Layer>)]
  return [
    Object.fromEntries(settled.map(([name, { value }]) => [name, value])),
    Object.fromEntries(settled.map(([name, { source }]) => [name, source])),
  ]
}

const settles = test.macro({
  exec: (t, given: Partial<Record<Source, Values>>, values: Values, sources?: Values) => {
    const [settledValues, settledSources] = settledOf(given)
    t.deepEqual(settledValues, values)
    if (sources !== undefined) t.deepEqual(settledSources, sources)
  },
  title: (_, given) => JSON.stringify(given),
})

// A value.
test(settles, { default: { interval: 4 } }, { interval: 4 }, { interval: 'default' })
test(
  settles,
  { configuration: { interval: 3 }, default: { interval: 4 } },
  { interval: 3 },
  { interval: 'configuration' },
)
test(
  settles,
  { environment: { interval: 2 }, configuration: { interval: 3 }, default: { interval: 4 } },
  { interval: 2 },
  { interval: 'environment' },
)
test(
  settles,
  {
    line: { interval: 1 },
    environment: { interval: 2 },
    configuration: { interval: 3 },
    default: { interval: 4 },
  },
  { interval: 1 },
  { interval: 'line' },
)
test(settles, { line: { interval: 1 }, configuration: { interval: 3 } }, { interval: 1 })

// A switch that is off is off, whatever comes after.
test(settles, { environment: { insecure: false }, configuration: { insecure: true } }, { insecure: false })
test(settles, { line: { insecure: false }, environment: { insecure: true } }, { insecure: false })
test(settles, { line: { recheck: true }, configuration: { recheck: false } }, { recheck: true })

// Several values of one source take the place of those of another.
test(settles, { line: { file: ['a'] }, environment: { file: ['b', 'c'] } }, { file: ['a'] })
test(settles, { environment: { canary: ['b'] }, configuration: { canary: ['c'] } }, { canary: ['b'] })
test(
  settles,
  { line: { header: [['X-A', '1']] }, environment: { header: [['X-B', '2']] } },
  { header: [['X-A', '1']] },
)

// Configured headers of other names stand beside.
test(
  settles,
  {
    environment: { header: [['x-a', 'env']] },
    configuration: {
      header: [
        ['X-A', 'conf'],
        ['X-B', 'conf'],
      ],
    },
  },
  {
    header: [
      ['X-B', 'conf'],
      ['x-a', 'env'],
    ],
  },
)

// The two address families are one choice.
test(settles, { line: { ipv4: true }, configuration: { ipv6: true } }, { ipv4: true })
test(settles, { line: { ipv6: true }, environment: { ipv4: true } }, { ipv6: true })
test(settles, { line: { ipv4: false }, environment: { ipv6: true } }, { ipv4: false, ipv6: true })
test(settles, { line: { ipv4: false }, environment: { ipv4: true } }, { ipv4: false })
test(
  settles,
  { line: { ipv4: true }, default: { ipv4: false, ipv6: false } },
  { ipv4: true, ipv6: false },
  { ipv4: 'line', ipv6: 'default' },
)
