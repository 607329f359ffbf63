import { writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { Readable } from 'node:stream'
import test from 'ava'
import { ConfigFile } from '../../src/config/config-file.ts'
import type { ConfigFlag } from '../../src/config/config.ts'
import { configuredSources } from '../../src/reload/config-sources.ts'
import type { ListConsumer } from '../../src/reload/list-consumer.ts'
import { LiveLists } from '../../src/reload/live-lists.ts'
import type { Source } from '../../src/reload/source.ts'
import { createSource } from '../../src/reload/create-sources.ts'
import { oauth2Clients } from '../../src/settings/oauth2-clients.ts'
import { ResourceTable } from '../../src/resource/resource-table.ts'
import type { ListEntry } from '../../src/targets/list-entry.ts'
import { parsePositiveDuration } from '../../src/settings/values.ts'
import { ListError } from '../../src/targets/read-targets.ts'
import type { Target } from '../../src/targets/target.ts'
import { directoryOf } from '../helpers/directory.ts'
import { startOrigin } from '../helpers/origin.ts'
import { loadAlerts } from '../helpers/load-alerts.ts'
import { waitUntil } from '../helpers/wait-until.ts'

const FLAGS: readonly ConfigFlag[] = [
  { name: 'interval', takes: 'value', conflicts: [], parse: ([text]) => parsePositiveDuration(text ?? '') },
]

async function read(source: Source | undefined) {
  const targets: Target[] = []
  const complaints: string[] = []
  const result = await source?.read({
    target: (one) => targets.push(one),
    invalid: (line) => complaints.push(line),
  })
  return { targets, complaints, notice: result?.notice, take: () => result?.take?.() }
}

/** Options for lists from servers, of which there are none. */
const OPTIONS = { refreshMs: 60_000, deadlineMs: 20_000, userAgent: 'x', ca: null, optionalAtStart: false }

interface Followed {
  readonly say?: (line: string) => void
  readonly table?: ResourceTable
  readonly added?: ListConsumer['add']
  /** The lists are looked at before the configuration. */
  readonly listsFirst?: boolean
}

/** The lists of a configuration that were read once, and are read again from now on. */
async function followed(
  file: ConfigFile,
  { say = () => {}, table = new ResourceTable(), added = () => {}, listsFirst = false }: Followed = {},
): Promise<LiveLists> {
  const profiles = { acquire: () => 0, release() {}, numberOf: () => 0, settlingRules: () => null }
  const sources = configuredSources(file, (list) => createSource(list, Readable.from([]), OPTIONS))
  const options = { allowShrink: false, places: true }
  const lists = new LiveLists(listsFirst ? sources.toReversed() : sources, { table, profiles }, options, say)
  await lists.readFirst()
  const nobody = { register: () => Promise.resolve(), unregister() {}, remove() {}, update() {} }
  lists.follow({ ...nobody, add: added }, () => {})
  return lists
}

test('when a configuration changes, its lists get the new settings of their group', async (t) => {
  const directory = directoryOf(t)
  const path = join(directory, 'conf.yml')
  const group = (interval: string) =>
    `groups: [{interval: ${interval}, files: [a.txt]}, {timeout: 9s, files: [a.txt]}]\n`
  writeFileSync(path, `interval: 1s\nurls: http://own.example/\n${group('5s')}`)
  writeFileSync(join(directory, 'a.txt'), 'http://a.example/\nhttp://b.example/ label.x=y\nx\n')
  const config = await ConfigFile.open(path, FLAGS, loadAlerts)
  const listOf = (list: ListEntry) => createSource(list, Readable.from([]), OPTIONS)
  const [own, first, second, ...others] = configuredSources(config, listOf)
  t.deepEqual(others, [])
  t.deepEqual(own?.reloadPolicy, { path })
  t.deepEqual(first?.reloadPolicy, { path: join(directory, 'a.txt'), also: path })

  const before = await read(first)
  t.deepEqual(before.targets.map(({ overrides, labels }) => [overrides, labels]) as unknown, [
    [{ intervalMs: 5_000 }, null],
    [{ intervalMs: 5_000 }, { x: 'y' }],
  ])
  t.is(before.targets[0]?.overrides, before.targets[1]?.overrides)
  t.regex(before.complaints.join(), /a\.txt:3: /)
  t.deepEqual((await read(second)).targets[0]?.overrides, { timeoutMs: 9_000 })

  // Lists are read with the settings of the version in use: the last one whose URLs were taken.
  writeFileSync(path, `interval: 1s\nurls: []\n${group('7s')}`)
  const { take } = await read(own)
  t.deepEqual((await read(first)).targets[0]?.overrides, { intervalMs: 5_000 })
  t.false(first?.isStale?.())
  take()
  t.true(first?.isStale?.())
  t.deepEqual((await read(first)).targets[0]?.overrides, { intervalMs: 7_000 })

  // While the configuration is invalid, its last valid settings apply. The source of its own URLs reports the errors.
  writeFileSync(path, `interval: 1s\nurls: []\n${group('soon')}nonsense: 1\n`)
  t.deepEqual((await read(first)).targets[0]?.overrides, { intervalMs: 7_000 })
  const error = await t.throwsAsync(async () => read(own), { instanceOf: ListError })
  const lines = error.message.split('\n')
  t.is(lines.length, 2)
  t.is(lines[0], `${path}:3:21: interval: not a duration, such as 250ms, 1.5s, 2m or 1h`)
  t.true(lines[1]?.startsWith(`${path}:4:1: unknown key "nonsense"`))

  // A list that was removed from the configuration is polled as before until a restart. This is reported once.
  writeFileSync(path, 'interval: 2s\nurls: http://new.example/\n')
  t.deepEqual((await read(first)).targets[0]?.overrides, { intervalMs: 7_000 })
  const now = await read(own)
  t.deepEqual(now.targets.map(({ url }) => url) as string[], ['http://new.example/'])
  t.deepEqual(now.complaints, [])
  t.is(now.notice, `${path}: interval, files have changed; restart headcount to apply this`)
  t.is((await read(own)).notice, now.notice, 'it was not taken')
  now.take()
  t.is((await read(own)).notice, undefined)
})

// Serial: there is one configuration in a run.
test.serial('clients of OAuth2 are those of the configuration in use', async (t) => {
  const path = join(directoryOf(t), 'conf.yml')
  const write = (host: string, urls: string) =>
    writeFileSync(
      path,
      `oauth2: { shared: { token-url: 'http://${host}.example/', client-id: a, client-secret: '\${HOME}' } }\nurls: ${urls}\n`,
    )
  write('a', '[http://a.example/, http://b.example/, http://c.example/]')
  const file = await ConfigFile.open(path, FLAGS, loadAlerts)
  const lists = await followed(file)
  const used = async (host: string, urls: string) => {
    write(host, urls)
    await lists.readAgain()
    return oauth2Clients.get('shared')?.tokenUrl
  }
  t.is(await used('b', '[not a URL]'), 'http://a.example/')
  t.is(await used('c', '[http://a.example/]'), 'http://a.example/')
  t.is(await used('d', '[http://a.example/, http://b.example/]'), 'http://d.example/')
  lists.close()
})

test('the rest of a configuration is in use only when its URLs are taken', async (t) => {
  const path = join(directoryOf(t), 'conf.yml')
  const write = (receiver: string, urls: string) =>
    writeFileSync(
      path,
      `receivers: { ${receiver}: { exec: true } }\nalerts: [{ to: ${receiver}, down: true }]\nurls: ${urls}\n`,
    )
  write('a', '[http://a.example/, http://b.example/, http://c.example/]')
  const file = await ConfigFile.open(path, FLAGS, loadAlerts)
  const used: (string | undefined)[] = []
  file.followAlerts(({ alerts }) => used.push(alerts?.receivers[0]?.name))
  const lists = await followed(file)
  write('b', '[http://a.example/]')
  t.is((await lists.readAgain()).length, 1)
  t.deepEqual(used, [])
  write('c', '[http://a.example/, http://b.example/]')
  t.deepEqual(await lists.readAgain(), [])
  t.deepEqual(used, ['c'])
  lists.close()
})

test('the lists of a configuration that is rejected keep the settings of the version in use', async (t) => {
  const directory = directoryOf(t)
  const path = join(directory, 'conf.yml')
  const list = join(directory, 'list.txt')
  const write = (team: string, body: string, urls: string) => {
    writeFileSync(join(directory, body), body)
    writeFileSync(
      path,
      `urls: ${urls}\ngroups: [{ labels: { team: ${team} }, method: POST, data: '@${body}', files: list.txt }]\n`,
    )
  }
  write('old', 'body-a', '[http://a.example/, http://b.example/, http://c.example/]')
  writeFileSync(list, 'http://l.example/\n')
  const file = await ConfigFile.open(path, FLAGS, loadAlerts)
  const table = new ResourceTable()
  const lists = await followed(file, { table })
  const labels = () =>
    [...new Set(Array.from(table.ids(), (id) => table.labels(id)))].filter((one) => one !== '')
  const bodies = () => [...file.uses].map(([used]) => basename(used)).toSorted()
  const before = ['{"team":"old"}']
  t.deepEqual(labels(), before)

  write('new', 'body-b', '[http://a.example/]')
  writeFileSync(list, 'http://l.example/\nhttp://new.example/\n')
  t.is((await lists.readAgain()).length, 1)
  t.deepEqual(labels(), before, 'also of a URL that is new')
  t.is(table.size, 5)
  t.deepEqual(bodies(), ['body-a', 'body-b'])

  write('new', 'body-b', '[http://a.example/, http://b.example/]')
  t.deepEqual(await lists.readAgain(), [])
  t.deepEqual(labels(), ['{"team":"new"}'])
  t.deepEqual(bodies(), ['body-b'])
  lists.close()
})

// Serial: see above.
test.serial('a version that is written while a run starts is in use from the first reading on', async (t) => {
  const directory = directoryOf(t)
  const path = join(directory, 'conf.yml')
  const write = (host: string) =>
    writeFileSync(
      path,
      `oauth2: { early: { token-url: 'http://${host}.example/', client-id: a, client-secret: '\${HOME}' } }\n` +
        `urls: http://${host}.example/\ngroups: [{ labels: { team: ${host} }, files: list.txt }]\n`,
    )
  writeFileSync(join(directory, 'list.txt'), 'http://l.example/\n')
  write('a')
  const file = await ConfigFile.open(path, FLAGS, loadAlerts)
  write('bb')
  const table = new ResourceTable()
  const lists = await followed(file, { table })
  lists.close()
  const shown = Array.from(table.ids(), (id) => `${table.url(id)} ${table.labels(id)}`)
  t.deepEqual(shown, ['http://bb.example/ ', 'http://l.example/ {"team":"bb"}'])
  t.is(oauth2Clients.get('early')?.tokenUrl, 'http://bb.example/')
})

test('of a configuration and a list that change together, the list is read with the new settings', async (t) => {
  const directory = directoryOf(t)
  const path = join(directory, 'conf.yml')
  const list = join(directory, 'list.txt')
  const write = (team: string, host: string) => {
    writeFileSync(path, `groups: [{ labels: { team: ${team} }, files: list.txt }]\n`)
    writeFileSync(list, `http://${host}.example/\n`)
  }
  write('a', 'a')
  const file = await ConfigFile.open(path, FLAGS, loadAlerts)
  const table = new ResourceTable()
  const added: string[] = []
  const lists = await followed(file, {
    table,
    added: (ids) => added.push(...ids.map((id) => `${table.url(id)} ${table.labels(id)}`)),
    listsFirst: true,
  })
  write('b', 'b')
  await waitUntil(() => added.length > 0, 20_000)
  t.is(added.length, 1)
  t.is(added[0], 'http://b.example/ {"team":"b"}')
  lists.close()
})

test('the clients in use are those of the version in use, although a later one was read', async (t) => {
  const path = join(directoryOf(t), 'conf.yml')
  const write = (host: string) =>
    writeFileSync(
      path,
      `oauth2: { own: { token-url: 'http://${host}.example/', client-id: a, client-secret: '\${HOME}' } }\n`,
    )
  write('a')
  const file = await ConfigFile.open(path, FLAGS, loadAlerts)
  write('bb')
  const second = await file.reload()
  write('ccc')
  await file.reload()
  file.accept(second)
  t.is(oauth2Clients.get('own')?.tokenUrl, 'http://bb.example/')
})

test('a list of a server has to be read again when the settings of its group change', async (t) => {
  const path = join(directoryOf(t), 'conf.yml')
  const server = await startOrigin(t, (_, response) =>
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end('[{"targets":["http://a.example/"]}]'),
  )
  const write = (interval: string, urls: string) =>
    writeFileSync(
      path,
      `urls: ${urls}\ngroups: [{ interval: ${interval}, files: [{ url: '${server.url}/list', refresh: 1h }] }]\n`,
    )
  write('5s', '[]')
  const config = await ConfigFile.open(path, FLAGS, loadAlerts)
  const sources = configuredSources(config, (list) => createSource(list, Readable.from([]), OPTIONS))
  const [own, list] = sources as [Source, Source]
  await read(list)
  write('5s', '[http://own.example/]')
  await read(own)
  t.false(list.isStale?.())
  write('15s', '[]')
  const { take } = await read(own)
  take()
  t.true(list.isStale?.())
  t.deepEqual((await read(list)).targets[0]?.overrides, { intervalMs: 15_000 })
  t.false(list.isStale?.())
})

test('a URL of a configuration that is most likely two is said without its text', async (t) => {
  const path = join(directoryOf(t), 'conf.yml')
  writeFileSync(path, 'urls: ["http://a.example/,http://me:secret@b.example:8/", "tcp://c.example:5432"]\n')
  const said: string[] = []
  const lists = await followed(await ConfigFile.open(path, FLAGS, loadAlerts), {
    say: (line) => said.push(line),
  })
  lists.close()
  t.is(said.length, 1)
  t.true(said[0]?.startsWith(`${path}: a comma and another URL `))
  // For an annotation, its port would be a line.
  t.deepEqual([...(lists.places?.values() ?? [])], [path, path])
})
