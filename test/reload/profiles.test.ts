import test from 'ava'
import type { Overrides } from '../../src/settings/url-options.ts'
import { Profiles } from '../../src/settings/profiles.ts'
import { LiveLists } from '../../src/reload/live-lists.ts'
import type { Source } from '../../src/reload/source.ts'
import type { ResourceId, Url } from '../../src/resource/resource.ts'
import { ResourceTable } from '../../src/resource/resource-table.ts'
import { urlOptionsOf } from '../../src/settings/url-options.ts'
import { serializeLabels } from '../../src/targets/serialize-labels.ts'
import type { Target } from '../../src/targets/target.ts'
import { seeded } from '../helpers/random.ts'

const flags = urlOptionsOf(({ initial }) => initial)

/** Sources in memory: one for each of `targets`. */
function listsOf(targets: readonly Target[][]) {
  const table = new ResourceTable()
  const profiles = new Profiles(flags)
  const sources = targets.map((list, n): Source => ({
    name: `list ${n}`,
    reloadPolicy: { everyMs: 1e9 },
    optionalAtStart: false,
    read(sink) {
      for (const target of list) sink.target(target)
      return Promise.resolve({ endsWithNewline: true })
    },
  }))
  const said: string[] = []
  const say = (line: string) => void said.push(line)
  return {
    table,
    profiles,
    said,
    say,
    lists: new LiveLists(sources, { table, profiles }, { allowShrink: true }, say),
  }
}

for (const seed of [1, 2, 3, 4]) {
  test(`however lists change, each URL has the right profile and labels, and no number stays in use (seed ${seed})`, async (t) => {
    const random = seeded(seed)
    const target = (n: number): Target => ({
      url: `http://a.example/${n}` as Url,
      overrides:
        [null, {}, { intervalMs: 1 + random.below(4) }, { method: 'GET' as const }][random.below(4)] ?? null,
      labels: random.below(2) === 0 ? null : { team: String(random.below(3)) },
    })
    const some = () =>
      Array.from({ length: 30 }, (_, n) => n)
        .filter(() => random.below(2) === 0)
        .map(target)
    const targets = [some(), some()]
    const { table, profiles, lists, say } = listsOf(targets)
    await lists.readFirst()
    const owner = {
      register: () => Promise.resolve(),
      unregister: () => {},
      add: () => {},
      update: () => {},
      // No poller has them.
      remove(ids: readonly ResourceId[]) {
        for (const id of ids) table.remove(id)
      },
    }
    lists.follow(owner, say)
    for (let more = 0; more < 20; more++) {
      const wanted = new Map<Url, Target>()
      for (const one of targets.flat()) if (!wanted.has(one.url)) wanted.set(one.url, one)
      t.is(table.size, wanted.size)
      const meanings = new Map<number, Overrides>([[0, {}], ...profiles.all()])
      let uses = 0
      for (const { url, overrides, labels } of wanted.values()) {
        const id = table.find(url) as ResourceId
        const number = table.profile(id)
        t.deepEqual(meanings.get(number), number === 0 ? {} : { ...flags, ...overrides })
        t.is(table.labels(id), serializeLabels(labels))
        if (number !== 0) uses++
      }
      t.is(
        [...profiles.inUse()].reduce((sum, profile) => sum + profile.uses, 0),
        uses,
      )
      for (const list of targets) list.splice(0, list.length, ...(more === 18 ? [] : some()))
      await lists.readAgain()
    }
    lists.close()
  })
}
