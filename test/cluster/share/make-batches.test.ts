import test from 'ava'
import { batchLimit, makeBatches } from '../../../src/cluster/share/make-batches.ts'

const item = (origin: string, path: string) => ({ origin, url: `${origin}/${path}` })
const list = (origins: number, each: number) =>
  Array.from({ length: origins * each }, (_, n) =>
    item(`http://h${n % origins}.example`, `${Math.floor(n / origins)}`),
  )

test('each URL is in one batch, and no batch is over the limit', (t) => {
  const items = list(1_000, 7)
  const batches = [...makeBatches(items, 320)]
  t.is(new Set(batches.map(({ id }) => id)).size, batches.length)
  t.deepEqual(
    batches.flatMap((batch) => batch.items.map(({ url }) => url)).toSorted(),
    items.map(({ url }) => url).toSorted(),
  )
  t.true(batches.every((batch) => batch.items.length <= 320))
  t.true(items.length / batches.length > 100)
})

test('an origin stays together as far as it fits', (t) => {
  const items = [...list(200, 5), ...list(1, 900).map(({ url }) => item('http://big.example', url.slice(-3)))]
  const batches = [...makeBatches(items, 64)]
  const of = (origin: string) => batches.filter((batch) => batch.items.some((one) => one.origin === origin))
  for (let n = 0; n < 200; n++) t.is(of(`http://h${n}.example`).length, 1, `${n}`)
  t.true(of('http://big.example').length > 900 / 64)
})

test('the order of the list does not matter, and a URL more changes one batch or divides it', (t) => {
  const items = list(500, 6)
  const key = (all: ReturnType<typeof list>) =>
    Array.from(
      makeBatches(all, 64),
      ({ id, items: of }) =>
        `${id} ${of
          .map(({ url }) => url)
          .toSorted()
          .join()}`,
    )
  const before = new Set(key(items))
  t.deepEqual(new Set(key(items.toReversed())), before)
  const changed = key([...items, item('http://new.example', 'a')]).filter((one) => !before.has(one))
  t.true(changed.length >= 1 && changed.length <= 2, `${changed.length}`)
})

test('the limit grows with the list in steps', (t) => {
  t.deepEqual([1, 400, 12_000, 1_000_000].map(batchLimit), [8, 16, 256, 320])
})
