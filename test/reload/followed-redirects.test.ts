import test from 'ava'
import { flagsOf } from '../../src/command/flag-table.ts'
import { followedRedirects } from '../../src/reload/followed-redirects.ts'
import { ResourceTable } from '../../src/resource/resource-table.ts'
import type { ResourceId, Url } from '../../src/resource/resource.ts'
import { Profiles } from '../../src/settings/profiles.ts'
import type { Overrides } from '../../src/settings/url-options.ts'

function linesFor(urls: Readonly<Record<string, Overrides | null>>, different: Overrides = {}): string[] {
  const flags = { ...flagsOf(new Map()).url, ...different }
  const [table, profiles] = [new ResourceTable(), new Profiles(flags)]
  for (const [url, overrides] of Object.entries(urls))
    table.setProfile(table.add(url as Url) as ResourceId, profiles.acquire(overrides))
  return followedRedirects(flags, profiles, table)
}

const one = (status: number) => ({ accept: [[status, status]] }) as const

test('URLs that accept only redirects and follow them are named, those with the same settings once', (t) => {
  const text = (accept: string) =>
    `accept=${accept}: redirects are followed and not judged themselves, unless max-redirects=0`
  const urls = {
    'http://a.example/': one(301),
    'http://me:secret@b.example/': one(308),
    'http://c.example/': one(301),
    'http://d.example/': { ...one(301), maxRedirects: 0 },
    'http://e.example/': one(304),
    'http://f.example/': { accept: [one(301).accept[0], [200, 299]] },
    'http://g.example/': { accept: [[300, 399], one(302).accept[0]] },
    'http://h.example/': null,
  } as const
  t.deepEqual(linesFor(urls), [
    `http://a.example/ and 1 more URL: ${text('301')}`,
    `http://b.example/: ${text('308')}`,
    `http://g.example/: ${text('300..=399,302')}`,
  ])
  const byFlag = { 'http://a.example/': null, 'tcp://b.example:1': null, 'http://c.example/': one(200) }
  t.deepEqual(linesFor(byFlag, one(301)), [`http://a.example/: ${text('301')}`])
  t.deepEqual(linesFor({ 'tcp://b.example:1': null }, one(301)), [])
  t.deepEqual(linesFor(byFlag), [])
})

test('at most ten lines are reported', (t) => {
  const urls = Array.from({ length: 12 }, (_, n) => [
    `http://a.example/${n}`,
    { ...one(301), intervalMs: 1_000 + n },
  ])
  const lines = linesFor(Object.fromEntries(urls) as Record<string, Overrides>)
  t.is(lines.length, 11)
  t.is(lines[10], 'and 2 more such settings')
})
