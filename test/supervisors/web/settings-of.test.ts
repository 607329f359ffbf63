import test from 'ava'
import type { ResourceId, Url } from '../../../src/resource/resource.ts'
import type { PollOptions } from '../../../src/settings/poll-options.ts'
import { urlOptionsOf } from '../../../src/settings/url-options.ts'
import { settingsOf } from '../../../src/supervisors/web/settings-of.ts'

const poll: PollOptions = {
  ...urlOptionsOf(({ initial }) => initial),
  canaries: [],
  resolvers: ['192.0.2.53'],
  denyPrivate: false,
  hostConcurrency: 16,
  keptConnections: 0,
  tls: { ca: 'secret' },
  concurrency: 1,
}

/** A list with one URL, whose id is 0. */
const TABLE = {
  has: (id: number): id is ResourceId => id === 0,
  displayName: () => 'https://a.example/',
  url: () => 'https://me:secret@a.example/' as Url,
  profile: () => 1,
}

test('settings of a URL: what its list sets, else the flags, without secrets', (t) => {
  const profiles = { overrides: () => ({ timeoutMs: 2_000, insecure: true }) }
  const of = (id: number, url: string) => settingsOf(TABLE, { profiles, poll }, id as ResourceId, url)
  const settings = of(0, 'https://a.example/') ?? []
  for (const one of ['timeout=2s', 'interval=1m', 'insecure=on', 'recheck=on']) t.true(settings.includes(one))
  t.deepEqual(settings.slice(-3), ['auth=basic:…', 'cacert=…', 'resolver=192.0.2.53'])
  t.false(settings.some((one) => /secret|http2|null/.test(one)))
  // It has left the lists, and perhaps another one has its id.
  t.is(of(1, 'https://a.example/'), null)
  t.is(of(0, 'https://b.example/'), null)
})
