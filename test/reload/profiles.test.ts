import test from 'ava'
import type { Overrides } from '../../src/settings/url-options.ts'
import { MAX_PROFILES, Profiles } from '../../src/settings/profiles.ts'
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

/** Has no pollers: what leaves the lists is removed at once. */
function ownerOf(table: ResourceTable) {
  return {
    register: () => Promise.resolve(),
    unregister: () => {},
    add: () => {},
    update: () => {},
    remove(ids: readonly ResourceId[]) {
      for (const id of ids) table.remove(id)
    },
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
    lists.follow(ownerOf(table), say)
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

/** URLs that each have a token; `urlsOfEach` of them have the same. */
function tokens(count: number, urlsOfEach: number, version: number): Target[] {
  return Array.from({ length: count * urlsOfEach }, (_, n) => ({
    url: `http://a.example/${n}` as Url,
    overrides: { userAgent: `${version === 0 ? '' : `v${version} of `}${n % count}` },
    labels: null,
  }))
}

/** The user agent of each target, in their order. */
function agentsOf(targets: readonly Target[], { table, profiles }: ReturnType<typeof listsOf>): unknown[] {
  return targets.map(({ url }) => {
    const id = table.find(url) as ResourceId
    return profiles.overrides(table.profile(id))?.userAgent
  })
}

for (const [name, count, urlsOfEach, changes] of [
  ['one set of as many as there may be changes', MAX_PROFILES, 1, 1],
  ['every set changes, of as many as there may be', MAX_PROFILES, 2, Number.POSITIVE_INFINITY],
  ['the sets of two URLs each change, and are too many together', 3_000, 2, Number.POSITIVE_INFINITY],
] as const) {
  test(`no URL is polled without its settings when ${name}`, async (t) => {
    const list = tokens(count, urlsOfEach, 0)
    const all = listsOf([list])
    await all.lists.readFirst()
    const wanted = [...tokens(count, urlsOfEach, 1).slice(0, changes), ...list.slice(changes)]
    list.splice(0, list.length, ...wanted)
    const seen = new Set<unknown>()
    const owner = ownerOf(all.table)
    const update = () => agentsOf(list, all).forEach((agent) => seen.add(agent))
    all.lists.follow({ ...owner, update }, all.say)
    await all.lists.readAgain()
    all.lists.close()
    t.false(seen.has(undefined))
    t.deepEqual(
      agentsOf(list, all),
      wanted.map(({ overrides }) => overrides?.userAgent),
    )
    t.deepEqual(all.said, [`info: list 0: ${Math.min(changes, list.length)} changed`])
  })
}

for (const kept of [0, 1_000])
  test(`no URL is polled without its settings when others go, which wait for another list (${kept} stay)`, async (t) => {
    const list = tokens(3_000, 1, 0)
    const after = tokens(3_500, 1, 1).map((one, n) =>
      n < kept ? one : { ...one, url: `${one.url}/new` as Url },
    )
    const all = listsOf([list, tokens(2, 1, 2)])
    await all.lists.readFirst()
    all.lists.follow(ownerOf(all.table), all.say)
    list.splice(0, list.length, ...after)
    await all.lists.readAgain()
    t.deepEqual(
      agentsOf(after, all),
      after.map(({ overrides }) => overrides?.userAgent),
    )
    t.is(all.table.size, after.length + (kept === 0 ? 2 : 0))
    t.deepEqual(
      all.said.filter((line) => line.includes('more than')),
      [],
    )
    all.lists.close()
  })

test('URLs with sets beyond the bound are polled as the flags say, and get their settings when there is room', async (t) => {
  const list = tokens(MAX_PROFILES + 2, 1, 0)
  const all = listsOf([list])
  await all.lists.readFirst()
  all.lists.follow(ownerOf(all.table), all.say)
  t.deepEqual(agentsOf(list, all).slice(-3), [String(MAX_PROFILES - 1), undefined, undefined])
  await all.lists.readAgain()
  list.shift()
  await all.lists.readAgain()
  t.deepEqual(agentsOf(list, all).slice(-2), [String(MAX_PROFILES), undefined])
  all.lists.close()
  t.deepEqual(all.said, [
    `The lists hold more than ${MAX_PROFILES} different sets of URL settings: URLs with further sets are polled as the flags say`,
    'info: list 0: 1 gone, 1 changed',
  ])
})
