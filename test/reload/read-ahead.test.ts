import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { LiveLists } from '../../src/reload/live-lists.ts'
import { MAX_CONCURRENT_FETCHES } from '../../src/reload/read-ahead.ts'
import { createSource } from '../../src/reload/create-sources.ts'
import type { Source } from '../../src/reload/source.ts'
import type { ResourceId, Url } from '../../src/resource/resource.ts'
import { ResourceTable } from '../../src/resource/resource-table.ts'
import { ListError } from '../../src/targets/read-targets.ts'
import type { TargetSink } from '../../src/targets/read-targets.ts'
import { parseUrl } from '../../src/settings/url.ts'
import { SOURCE_OPTIONS } from '../helpers/collecting-sink.ts'
import { directoryOf } from '../helpers/directory.ts'
import { startOrigin } from '../helpers/origin.ts'
import { headcount } from '../helpers/program.ts'

const urlOf = (host: string) => {
  const parsed = parseUrl(`http://${host}/`)
  if ('why' in parsed) throw new Error(parsed.why)
  return parsed.url
}

/** A source from a server, which is read by `read`. */
const remote = (
  name: string,
  read: (sink: TargetSink) => Promise<void>,
  optionalAtStart = false,
): Source => ({
  name,
  reloadPolicy: { everyMs: 1_000_000 },
  optionalAtStart,
  async read(sink) {
    await read(sink)
    return { endsWithNewline: true }
  },
})

function listsOf(sources: readonly Source[]) {
  const table = new ResourceTable()
  const said: string[] = []
  const profiles = { acquire: () => 0, release() {}, numberOf: () => 0, settlingRules: () => null }
  const options = { allowShrink: false, places: true }
  const lists = new LiveLists(sources, { table, profiles }, options, (line) => said.push(line))
  const hosts = () => [...table.ids()].map((id: ResourceId) => new URL(table.url(id)).hostname)
  return { lists, said, hosts }
}

const CONSUMER = { register: () => Promise.resolve(), unregister() {}, add() {}, remove() {}, update() {} }

test('lists from servers are read at the same time, up to a maximum, and taken in their order', async (t) => {
  const count = 2 * MAX_CONCURRENT_FETCHES + 3
  let under = 0
  let most = 0
  let left = count
  const go: (() => void)[] = []
  const sources = Array.from({ length: count }, (_, n) =>
    remote(`list ${n}`, async (sink) => {
      most = Math.max(most, ++under)
      // No server answers before all that can be read at the same time have a request.
      if (under < Math.min(MAX_CONCURRENT_FETCHES, left))
        await new Promise<void>((resolve) => go.push(resolve))
      else for (const resolve of go.splice(0).toReversed()) resolve()
      left--
      under--
      sink.target({ url: urlOf(`own-${n}`), overrides: null, labels: null })
      sink.target({ url: urlOf('shared'), overrides: null, labels: { list: String(n) } })
    }),
  )
  const { lists, hosts } = listsOf(sources)
  t.deepEqual(await lists.readFirst(), { duplicates: count - 1, duplicateAt: [], invalid: 0, secure: 0 })
  t.is(most, MAX_CONCURRENT_FETCHES)
  t.deepEqual(
    hosts().filter((host) => host !== 'shared'),
    sources.map((_, n) => `own-${n}`),
  )
})

test('each list that fails is reported, whether the run can start without it or not', async (t) => {
  const fails = (name: string, optionalAtStart: boolean) =>
    remote(name, () => Promise.reject(new ListError(name, 'status 500')), optionalAtStart)
  const can = listsOf([fails('a', true), fails('b', true)])
  await can.lists.readFirst()
  t.deepEqual(can.said, ['a: status 500; it will be tried again', 'b: status 500; it will be tried again'])
  const cannot = listsOf([fails('a', false), fails('b', false), fails('c', false)])
  await t.throwsAsync(cannot.lists.readFirst(), {
    instanceOf: ListError,
    message: 'a: status 500\nb: status 500\nc: status 500',
  })
})

test('a list that hangs does not keep others from being read again', async (t) => {
  let hold: Promise<void> = Promise.resolve()
  const hosts = { slow: ['a'], quick: ['b'] }
  const { promise: quickRead, resolve: quickIsRead } = Promise.withResolvers<void>()
  const sources = [
    remote('slow', async (sink) => {
      const said = hosts.slow
      await hold
      for (const host of said) sink.target({ url: urlOf(host), overrides: null, labels: null })
    }),
    remote('quick', (sink) => {
      for (const host of hosts.quick) sink.target({ url: urlOf(host), overrides: null, labels: null })
      return Promise.resolve()
    }),
  ]
  const { lists, said, ...seen } = listsOf(sources)
  await lists.readFirst()
  lists.follow(CONSUMER, (line) => {
    said.push(line)
    if (line === 'info: quick: 1 new') quickIsRead()
  })
  const { promise, resolve } = Promise.withResolvers<void>()
  hold = promise
  hosts.slow = ['a', 'c']
  hosts.quick = ['b', 'd']
  const first = lists.readAgain()
  await quickRead
  t.deepEqual(seen.hosts().toSorted(), ['a', 'b', 'd'])
  // Requested again while it hangs, so it is read once more after that.
  hosts.slow = ['a', 'c', 'e']
  const second = lists.readAgain()
  resolve()
  await Promise.all([first, second])
  t.deepEqual(seen.hosts().toSorted(), ['a', 'b', 'c', 'd', 'e'])
  t.deepEqual(said, ['info: quick: 1 new', 'info: slow: 1 new', 'info: slow: 1 new'])
  lists.close()
})

test('an index in a file whose sitemap hangs does not keep others from being read again', async (t) => {
  const { promise: hold, resolve: go } = Promise.withResolvers<void>()
  const server = await startOrigin(t, ({ url }, response) => {
    const answer = () => response.end(`<urlset><url><loc>http://a.example${url}</loc></url></urlset>`)
    void (url === '/2.xml' ? hold.then(answer) : answer())
  })
  const file = join(directoryOf(t), 'index.xml')
  const index = (...names: string[]) =>
    writeFileSync(
      file,
      `<sitemapindex>${names.map((name) => `<sitemap><loc>${server.url}/${name}</loc></sitemap>`).join('')}</sitemapindex>`,
    )
  index('1.xml')
  let more = 0
  const quick = remote('quick', (sink) => {
    for (let n = 0; n <= more; n++) sink.target({ url: urlOf(`quick-${n}`), overrides: null, labels: null })
    return Promise.resolve()
  })
  const sitemap = createSource({ file, settings: null }, process.stdin, SOURCE_OPTIONS)
  const { lists, said } = listsOf([sitemap, { ...quick, reloadPolicy: { path: file } }])
  await lists.readFirst()
  const { promise: quickRead, resolve: quickIsRead } = Promise.withResolvers<void>()
  lists.follow(CONSUMER, (line) => {
    said.push(line)
    if (line.startsWith('info: quick')) quickIsRead()
  })
  index('1.xml', '2.xml')
  more = 1
  const all = lists.readAgain()
  await server.requested('/2.xml')
  await quickRead
  go()
  t.deepEqual(await all, [])
  t.deepEqual(said, ['info: quick: 1 new', `info: ${file}: 1 new`])
  lists.close()
})

test('while the targets of a server are taken, other work goes on', async (t) => {
  const count = 20_000
  const { lists } = listsOf([
    remote('long', (sink) => {
      for (let n = 0; n < count; n++)
        sink.target({ url: `http://a.example/${n}` as Url, overrides: null, labels: null })
      return Promise.resolve()
    }),
  ])
  let turns = 0
  const turn = () => {
    turns++
    counting = setImmediate(turn)
  }
  let counting = setImmediate(turn)
  await lists.readFirst()
  clearImmediate(counting)
  t.true(turns >= 20, `${turns} turns`)
})

test('what a server names has no place, and its logins are not shown', async (t) => {
  const { lists, said } = listsOf([
    remote('server', (sink) => {
      sink.target({
        url: 'http://a.example/,http://me:secret@b.example:8/' as Url,
        overrides: null,
        labels: null,
      })
      return Promise.resolve()
    }),
  ])
  await lists.readFirst()
  t.deepEqual(said, [])
  t.is(lists.places?.size, 0)
})

test('targets before an error are passed on with it', async (t) => {
  const { lists, said, hosts } = listsOf([
    remote(
      'half',
      (sink) => {
        sink.target({ url: urlOf('a'), overrides: null, labels: null })
        sink.invalid('half:2: odd')
        return Promise.reject(new ListError('half', 'it ends in the middle'))
      },
      true,
    ),
  ])
  t.is((await lists.readFirst()).invalid, 1)
  t.deepEqual(hosts(), ['a'])
  t.deepEqual(said, ['half:2: odd', 'half: it ends in the middle; it will be tried again'])
})

test('ten servers that answer only when all have a request deliver their lists', async (t) => {
  const waiting: (() => void)[] = []
  const origin = await startOrigin(t, ({ url }, response) => {
    waiting.push(() => {
      if (url === '/9') response.writeHead(500).end()
      else response.writeHead(200, { 'content-type': 'application/json' }).end('[{"targets":["http://a/"]}]')
    })
    if (waiting.length === 10) for (const answer of waiting) answer()
  })
  const flags = Array.from({ length: 10 }, (_, n) => ['-f', `${origin.url}/${n}`]).flat()
  const { code, stderr } = await headcount(t, ['--check', '--refresh', '20s', ...flags])
  t.is(code, 3)
  t.is(stderr, `error: ${origin.url}/9: status 500\n`)
})
