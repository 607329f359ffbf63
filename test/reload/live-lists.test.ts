import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import type { Overrides } from '../../src/settings/url-options.ts'
import { createSources } from '../../src/reload/create-sources.ts'
import { LiveLists } from '../../src/reload/live-lists.ts'
import type { Source } from '../../src/reload/source.ts'
import type { ResourceId, Url } from '../../src/resource/resource.ts'
import { ResourceTable } from '../../src/resource/resource-table.ts'
import { ListError } from '../../src/targets/read-targets.ts'
import type { Target } from '../../src/targets/target.ts'
import { parseUrl } from '../../src/settings/url.ts'
import { Profiles } from '../../src/settings/profiles.ts'
import { urlOptionsOf } from '../../src/settings/url-options.ts'
import { directoryOf } from '../helpers/directory.ts'
import { waitUntil } from '../helpers/wait-until.ts'

/** A source whose contents the test sets. */
class FakeSource implements Source {
  readonly name: string
  readonly reloadPolicy: { everyMs: number }
  readonly optionalAtStart: boolean
  targets: Target[] = []
  invalid: readonly string[] = []
  endsWithNewline = true
  fails: string | null = null
  /** How often `read` was called. */
  reads = 0
  /** How often its targets were taken. */
  accepted = 0
  onAccept = () => {}
  onRead = () => {}

  constructor(name: string, urls: readonly string[], { optionalAtStart = false, everyMs = 1_000_000 } = {}) {
    this.name = name
    this.reloadPolicy = { everyMs }
    this.optionalAtStart = optionalAtStart
    this.say(urls)
  }

  say(urls: readonly string[], overrides: Overrides | null = null): void {
    this.targets = urls.map((url) => {
      const parsed = parseUrl(`http://${url}/`)
      if ('why' in parsed) throw new Error(parsed.why)
      return { url: parsed.url, overrides, labels: null }
    })
  }

  async read(sink: Parameters<Source['read']>[0]) {
    await sleep(1)
    this.reads++
    this.onRead()
    if (this.fails !== null) throw new ListError(this.name, this.fails)
    for (const line of this.invalid) sink.invalid(line)
    for (const target of this.targets) {
      // In the way in which a line without options is read.
      if (target.overrides === null && sink.acceptKnown?.(target.url) === true) continue
      sink.target(target)
    }
    const accept = () => {
      this.accepted++
      this.onAccept()
    }
    return { endsWithNewline: this.endsWithNewline, accept }
  }
}

/** Reads these sources for the first time, and records all calls and lines from then on. */
async function start(sources: readonly FakeSource[], { allowShrink = false } = {}) {
  const table = new ResourceTable()
  const numbers: Overrides[] = []
  const profiles = {
    acquire(overrides: Overrides | null) {
      if (overrides === null) return 0
      if (!numbers.includes(overrides)) numbers.push(overrides)
      return numbers.indexOf(overrides) + 1
    },
    release() {},
    numberOf: (overrides: Overrides | null) =>
      overrides === null ? 0 : numbers.includes(overrides) ? numbers.indexOf(overrides) + 1 : null,
    settlingRules: () => null,
  }
  const said: string[] = []
  const lists = new LiveLists(sources, { table, profiles }, { allowShrink }, (line) => said.push(line))
  const first = await lists.readFirst()
  const events: string[] = []
  const resettled: string[] = []
  const hosts = (ids: readonly ResourceId[]) => ids.map((id) => new URL(table.url(id)).hostname)
  const note = (what: string, ids: readonly ResourceId[]) => {
    if (ids.length > 0) events.push(`${what} ${hosts(ids).join(' ')}`)
  }
  const owner = {
    register(ids: readonly ResourceId[]) {
      note('register', ids)
      return Promise.resolve()
    },
    unregister: (ids: readonly ResourceId[]) => note('unregister', ids),
    add: (ids: readonly ResourceId[]) => note('add', ids),
    update(ids: readonly ResourceId[], withSettings: readonly ResourceId[]) {
      note('update', ids)
      resettled.push(...hosts(withSettings))
    },
    remove(ids: readonly ResourceId[]) {
      note('remove', ids)
      for (const id of ids) table.remove(id)
    },
  }
  lists.follow(owner, (line) => said.push(line))
  const profile = (host: string) => {
    const id = [...table.ids()].find((one) => new URL(table.url(one)).hostname === host) as ResourceId
    return table.profile(id)
  }
  const urls = () => hosts([...table.ids()]).toSorted()
  return { lists, first, said, events, resettled, profile, urls }
}

test('other labels are passed on, and told apart from other settings', async (t) => {
  const list = new FakeSource('list', ['a', 'b'])
  const { lists, events, resettled } = await start([list])
  list.targets = list.targets.map((target) => ({ ...target, labels: { team: 'web' } }))
  await lists.readAgain()
  t.deepEqual(events.splice(0), ['update a b', 'register a b'])
  t.deepEqual(resettled, [])
  list.targets = list.targets.map((target, n) =>
    n === 0 ? { ...target, overrides: { intervalMs: 1_000 } } : target,
  )
  await lists.readAgain()
  t.deepEqual(events, ['update a', 'register a'])
  t.deepEqual(resettled, ['a'])
  lists.close()
})

test('changes are passed on in order: removals first, and the monitor knows a URL before it is polled', async (t) => {
  const list = new FakeSource('list', ['a', 'b', 'c'])
  const { lists, first, said, events, urls } = await start([list])
  t.deepEqual(first, { duplicates: 0, duplicateAt: [], invalid: 0, secure: 0 })
  list.say(['c', 'd', 'a'])
  await lists.readAgain()
  t.deepEqual(events, ['unregister b', 'remove b', 'register d', 'add d'])
  t.deepEqual(said, ['info: list: 1 new, 1 gone'])
  t.deepEqual(urls(), ['a', 'c', 'd'])
  lists.close()
})

test('what else a configuration says counts when the lists are taken that are read with it', async (t) => {
  const config = new FakeSource('config', ['a', 'b', 'c'])
  const list = new FakeSource('list', ['d', 'e', 'f'])
  const { lists, events } = await start([config, list])
  config.onAccept = () => events.push('accept')
  config.say(['a', 'b'])
  list.say(['d', 'e'])
  await lists.readAgain()
  t.deepEqual(events, ['unregister f', 'remove f', 'unregister c', 'remove c', 'accept'])
  lists.close()
})

test('after the configuration, a list is read again that would say something else now', async (t) => {
  const config = new FakeSource('config', ['a'], { everyMs: 5 })
  const list = new FakeSource('list', ['b'])
  const other = new FakeSource('other', ['c'])
  const sources = [Object.assign(config, { isConfig: true as const }), list, other]
  Object.assign(list, { isStale: () => list.reads < 2 })
  const { lists } = await start(sources)
  await waitUntil(() => config.reads > 4)
  await waitUntil(() => list.reads > 1)
  lists.close()
  t.deepEqual([list.reads, other.reads], [2, 1])
})

test('invalid targets are counted, those of the last accepted reading of each source', async (t) => {
  const list = new FakeSource('list', ['a', 'b'])
  const other = new FakeSource('other', ['c'])
  list.invalid = ['list:1: x', 'list:2: y']
  other.invalid = ['other:9: z']
  const { lists, first } = await start([list, other])
  t.is(first.invalid, 3)
  t.is(lists.invalid, 3)
  list.invalid = ['list:1: x']
  await lists.readAgain()
  t.is(lists.invalid, 2)
  list.invalid = []
  list.fails = 'no answer'
  await lists.readAgain()
  t.is(lists.invalid, 2)
  list.fails = null
  await lists.readAgain()
  t.is(lists.invalid, 1)
  lists.close()
})

test('an unchanged list causes no calls', async (t) => {
  const list = new FakeSource('list', ['a', 'b'])
  const { lists, said, events } = await start([list])
  list.say(['b', 'a', 'a'])
  await lists.readAgain()
  t.deepEqual([...events, ...said], [])
  t.is(list.reads, 2)
  lists.close()
})

test('a list that shrinks by more than half is rejected, and this is reported once', async (t) => {
  const list = new FakeSource('list', ['a', 'b', 'c', 'd'])
  const { lists, said, events, urls } = await start([list])
  list.say(['a'])
  await lists.readAgain()
  t.deepEqual(events, [])
  t.deepEqual(said, [
    'list: it has 1 URL, 4 before: a list that shrinks by more than half needs --allow-shrink; the previous list stays in use (4 URLs)',
  ])
  // What else a configuration says is not in use either.
  t.is(list.accepted, 1, 'at the start')
  list.say(['a', 'b'])
  await lists.readAgain()
  t.is(list.accepted, 2)
  t.deepEqual(urls(), ['a', 'b'])
  lists.close()
})

test('with --allow-shrink, a list may shrink by more than half', async (t) => {
  const list = new FakeSource('list', ['a', 'b', 'c', 'd'])
  const { lists, urls } = await start([list], { allowShrink: true })
  list.say(['a'])
  await lists.readAgain()
  t.deepEqual(urls(), ['a'])
  lists.close()
})

test('a list without a line break at the end is rejected as half written, unless it never had one', async (t) => {
  const list = new FakeSource('list', ['a'])
  const odd = new FakeSource('odd', ['b'])
  odd.endsWithNewline = false
  const { lists, said, urls } = await start([list, odd])
  list.endsWithNewline = false
  list.say(['a', 'c'])
  odd.say(['b', 'd'])
  await lists.readAgain()
  t.deepEqual(urls(), ['a', 'b', 'd'])
  t.deepEqual(said, [
    'list: its last line has no line break, so it may be half written; the previous list stays in use (1 URL)',
    'info: odd: 1 new',
  ])
  t.is(lists.refused, 1)
  list.endsWithNewline = true
  await lists.readAgain()
  t.is(lists.refused, 0)
  lists.close()
})

test('lists beyond the thirtieth are read again without a loss of the others', async (t) => {
  const sources = Array.from({ length: 40 }, (_, n) => new FakeSource(`list${n}`, [`${n}.example`]))
  const { lists, events, said, urls } = await start(sources)
  for (const n of [31, 35, 39]) sources[n]?.say([`${n}.example`, `new${n}.example`])
  sources[33]?.say(['other33.example'])
  t.deepEqual(await lists.readAgain(), [])
  t.deepEqual(
    events.filter((event) => event.startsWith('remove')),
    ['remove 33.example'],
  )
  const changes = ['31: 1 new', '33: 1 new', '35: 1 new', '39: 1 new', '33: 1 gone']
  t.deepEqual(
    said,
    changes.map((text) => `info: list${text}`),
  )
  t.is(urls().length, 43)
  // The last one takes over what the last but one has dropped.
  sources[38]?.say(['39.example', '38.example'])
  await lists.readAgain()
  sources[38]?.say(['38.example'])
  await lists.readAgain()
  t.is(urls().length, 43)
  lists.close()
})

test('if several sources name a URL the first counts, and the next one when that drops it', async (t) => {
  const mine: Overrides = { timeoutMs: 1 }
  const yours: Overrides = { timeoutMs: 2 }
  const first = new FakeSource('first', [], { everyMs: 5 })
  first.say(['a', 'b'], mine)
  const second = new FakeSource('second', [])
  second.say(['a', 'c'], yours)
  const { lists, events, said, profile, urls } = await start([first, second])
  const [ofMine, ofYours] = [profile('a'), profile('c')]
  t.not(ofMine, ofYours)
  // The second source is not read again.
  first.say(['b'], mine)
  await waitUntil(() => said.length > 0)
  t.is(profile('a'), ofYours)
  t.deepEqual(events, ['update a', 'register a'])
  t.deepEqual(said, ['info: second: 1 changed'])
  first.say(['a', 'b'], mine)
  await lists.readAgain()
  t.is(profile('a'), ofMine)
  t.deepEqual(urls(), ['a', 'b', 'c'])
  lists.close()
})

test('a URL that is moved to another list stays on the lists, in both directions', async (t) => {
  const [first, second] = [new FakeSource('first', ['a', 'b', 'c']), new FakeSource('second', ['d', 'e'])]
  const { lists, events, said, urls } = await start([first, second])
  first.say(['a', 'b'])
  second.say(['c', 'd', 'e'])
  await lists.readAgain()
  first.say(['a', 'b', 'd'])
  second.say(['c', 'e'])
  await lists.readAgain()
  t.deepEqual([...events, ...said], [])
  t.deepEqual(urls(), ['a', 'b', 'c', 'd', 'e'])
  first.say(['a', 'd'])
  second.say(['c'])
  await lists.readAgain()
  t.deepEqual(urls(), ['a', 'c', 'd'])
  t.deepEqual(said.toSorted(), ['info: first: 1 gone', 'info: second: 1 gone'])
  lists.close()
})

test('the same error of a list is reported once, and again after a reload on request', async (t) => {
  const list = new FakeSource('list', ['a'], { everyMs: 5 })
  const { lists, said } = await start([list])
  list.fails = 'no answer'
  await waitUntil(() => list.reads > 5)
  t.deepEqual(said, ['list: no answer; the previous list stays in use (1 URL)'])
  await lists.readAgain()
  t.is(said.length, 2)
  lists.close()
})

test('settings that are removed from a list no longer apply', async (t) => {
  const list = new FakeSource('list', [])
  list.say(['a', 'b'], { timeoutMs: 1 })
  const { lists, said, events, profile } = await start([list])
  t.not(profile('a'), 0)
  list.say(['a', 'b'])
  await lists.readAgain()
  t.deepEqual([profile('a'), profile('b')], [0, 0])
  t.deepEqual(events, ['update a b', 'register a b'])
  t.deepEqual(said, ['info: list: 2 changed'])
  lists.close()
})

test('an optional source may fail at the start and be read later', async (t) => {
  const list = new FakeSource('list', ['a'])
  const late = new FakeSource('late', ['b'], { optionalAtStart: true })
  late.fails = 'no answer'
  const { lists, said, events } = await start([list, late])
  t.deepEqual(said, ['late: no answer; it will be tried again'])
  await lists.readAgain()
  late.fails = null
  await lists.readAgain()
  t.deepEqual(events, ['register b', 'add b'])
  t.deepEqual(said.slice(1), [
    'late: no answer; the previous list stays in use (0 URLs)',
    'info: late: 1 new',
  ])
  lists.close()
})

test('a source that is not optional ends the start', async (t) => {
  const list = new FakeSource('list', [])
  list.fails = 'gone'
  await t.throwsAsync(start([list]), { instanceOf: ListError, message: 'list: gone' })
})

test('a reload that is requested before follow() happens after it', async (t) => {
  const list = new FakeSource('list', ['a'])
  const table = new ResourceTable()
  const lists = new LiveLists(
    [list],
    { table, profiles: { acquire: () => 0, release() {}, numberOf: () => 0, settlingRules: () => null } },
    { allowShrink: false },
    () => {},
  )
  await lists.readFirst()
  list.fails = 'no answer'
  const again = lists.readAgain()
  t.is(list.reads, 1)
  const nobody = { register: () => Promise.resolve(), unregister() {}, add() {}, remove() {}, update() {} }
  lists.follow(nobody, () => {})
  t.deepEqual(await again, ['list: no answer'])
  t.is(list.reads, 2)
  lists.close()
})

test('a file that changes while it is read is no list that was read again', async (t) => {
  const path = join(directoryOf(t), 'list.txt')
  writeFileSync(path, '1')
  const list = new FakeSource('list', ['a'])
  const file: Source = { ...list, reloadPolicy: { path }, read: (sink) => list.read(sink) }
  const profiles = { acquire: () => 0, release() {}, numberOf: () => 0, settlingRules: () => null }
  const said: string[] = []
  const lists = new LiveLists(
    [file],
    { table: new ResourceTable(), profiles },
    { allowShrink: false },
    () => {},
  )
  await lists.readFirst()
  const nobody = { register: () => Promise.resolve(), unregister() {}, add() {}, remove() {}, update() {} }
  lists.follow(nobody, (line) => said.push(line))
  list.onRead = () => writeFileSync(path, String(list.reads).repeat(list.reads))
  t.deepEqual(await lists.readAgain(), [
    'list: it changed while it was read; it is read again when it changes no more',
  ])
  list.onRead = () => {}
  t.deepEqual(await lists.readAgain(), [])
  t.deepEqual(said, [])
  lists.close()
})

test('a cycle of parents is refused, also if a later list names the other half', async (t) => {
  const table = new ResourceTable()
  const [x, y] = ['http://x.example/' as Url, 'http://y.example/' as Url]
  const first = new FakeSource('first', [])
  const second = new FakeSource('second', [])
  first.targets = [{ url: x, overrides: null, labels: null }]
  second.targets = [{ url: y, overrides: { parent: x }, labels: null }]
  const profiles = new Profiles(urlOptionsOf(({ initial }) => initial))
  const said: string[] = []
  const lists = new LiveLists([first, second], { table, profiles }, { allowShrink: true }, () => {})
  await lists.readFirst()
  const nobody = { register: () => Promise.resolve(), unregister() {}, add() {}, remove() {}, update() {} }
  lists.follow(nobody, (line) => said.push(line))
  first.targets = [{ url: x, overrides: { parent: y }, labels: null }]
  await lists.readAgain()
  lists.close()
  t.deepEqual(said, [
    'first: http://x.example/: parent: a cycle: http://y.example/ depends on this URL',
    'info: first: 1 gone',
  ])
})

/** Lists of files that were read once, with what is said from then on, and the URLs that are polled. */
async function followFiles(t: ExecutionContext, files: Readonly<Record<string, string>>, parent: Url | null) {
  const directory = directoryOf(t)
  const write = (name: string, text: string) => writeFileSync(join(directory, name), text)
  for (const [name, text] of Object.entries(files)) write(name, text)
  const paths = Object.keys(files).map((name) => join(directory, name))
  const options = { refreshMs: 60_000, deadlineMs: 1_000, userAgent: 'x', ca: null, optionalAtStart: false }
  const table = new ResourceTable()
  const profiles = new Profiles({ ...urlOptionsOf(({ initial }) => initial), parent })
  const said: string[] = []
  const log = (line: string) => said.push(line.replaceAll(`${directory}/`, ''))
  const sources = createSources([], paths, Readable.from([]), options)
  const lists = new LiveLists(sources, { table, profiles }, { allowShrink: true }, log)
  await lists.readFirst()
  const nobody = { register: () => Promise.resolve(), unregister() {}, add() {}, update() {} }
  const remove = (ids: readonly ResourceId[]) => ids.forEach((id) => table.remove(id))
  lists.follow({ ...nobody, remove }, log)
  t.teardown(() => lists.close())
  return { lists, write, said, urls: () => [...table.listed()].map((id) => new URL(table.url(id)).hostname) }
}

test('a cycle through the parent of the flags is refused as at the start, also if a line is a URL alone', async (t) => {
  const before = 'http://gw/\nhttp://isp/\nhttp://c/\n'
  const { lists, write, said, urls } = await followFiles(t, { 'a.txt': before }, 'http://gw/' as Url)
  write('a.txt', before.replace('gw/', 'gw/ parent=http://isp/'))
  await lists.readAgain()
  t.deepEqual(said, [
    'a.txt:2: parent: a cycle: http://gw/ depends on this URL',
    'info: a.txt: 1 gone, 1 changed',
  ])
  t.deepEqual(urls(), ['gw', 'c'])
  write('a.txt', before)
  await lists.readAgain()
  t.deepEqual(urls().toSorted(), ['c', 'gw', 'isp'])
})

test('a URL that was refused for a cycle is taken when the other list closes it no more', async (t) => {
  const lines = { 'a.txt': 'http://a/\nhttp://c/\n', 'b.txt': 'http://b/ parent=http://a/\n' }
  const { lists, write, said, urls } = await followFiles(t, lines, null)
  write('a.txt', 'http://a/ parent=http://b/\nhttp://c/\n')
  write('b.txt', 'http://b/\n')
  await lists.readAgain()
  t.deepEqual(urls(), ['a', 'c', 'b'], 'it was never off the lists')
  t.deepEqual(said.slice(1), ['info: b.txt: 1 changed', 'info: a.txt: 1 changed'])
})

test('a URL that was refused at the start is taken when the other list closes no cycle any more', async (t) => {
  const lines = {
    'a.txt': 'http://a/ parent=http://b/\n',
    'b.txt': 'http://b/ parent=http://a/\nhttp://c/\n',
  }
  const { write, said, urls } = await followFiles(t, lines, null)
  t.deepEqual(urls(), ['a', 'c'])
  write('a.txt', 'http://a/\n')
  await waitUntil(() => said.includes('info: b.txt: 1 new'))
  t.deepEqual(urls(), ['a', 'c', 'b'])
})
