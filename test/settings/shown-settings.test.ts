import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import type { ResourceId, Url } from '../../src/resource/resource.ts'
import { Profiles } from '../../src/settings/profiles.ts'
import { shownSettings } from '../../src/settings/shown-settings.ts'
import type { Overrides } from '../../src/settings/url-options.ts'
import { urlOptionsOf } from '../../src/settings/url-options.ts'
import { parseLine } from '../../src/targets/parse-line.ts'
import { directoryOf } from '../helpers/directory.ts'
import { FIXED_PAIR } from '../helpers/fixed-pair.ts'

const flags = urlOptionsOf(({ initial }) => initial)

function overridesOf(settings: string, scheme = 'https'): Overrides | null {
  const parsed = parseLine(`${scheme}://a.example:1/ ${settings}`)
  if (parsed === null || 'problems' in parsed) throw new Error(JSON.stringify(parsed))
  return parsed.overrides
}

/** What is shown of a URL with these settings, in a run with the flags. */
function shown(overrides: Overrides | null, run: Overrides = {}, url = 'https://a.example/' as Url): string {
  const profiles = new Profiles({ ...flags, ...run })
  const profile = profiles.acquire(overrides)
  const table = { profile: () => profile, url: () => url }
  return shownSettings(table, profiles, { ...flags, ...run })(0 as ResourceId).replaceAll('\n', ' ')
}

test('settings are shown as a line has them', (t) => {
  for (const settings of [
    '',
    'interval=10s error-backoff=0s max-backoff=1h timeout=1500ms',
    'method=POST accept=200..=204,401 keep-alive=on recheck=off',
    'down-after=3 parent=http://b.example/ want=down',
    'body=ok body="a b" body=/a+/i body-not=\'"\\d" x\' json.a[0]>3 json.b json.c="a b" body-limit=2MiB max-size=3KiB',
    'response.X-A=/[0-9]/ user-agent="a b"',
    `cert-days=3 spki-sha256=${'0a'.repeat(32)} min-tls=1.3 ipv=both server-name=b.example resolve=192.0.2.1,::1`,
    'source=192.0.2.7 proxy=socks5h://b.example:1080',
    'unix=/run/app.sock',
  ]) {
    t.deepEqual(shown(overridesOf(settings)).split(' ').toSorted(), settings.split(' ').toSorted())
  }
  t.is(shown(overridesOf('expect=/^220 / send=a expect=b', 'tcp')), 'expect="/^220 /" send=… expect=b')
})

test('of an identity, the name is shown', (t) => {
  t.is(shown({ auth: { scheme: 'aws', identity: 'api' } }), 'auth=aws:api')
  t.is(shown({ auth: { scheme: 'oauth2', client: 'login' } }), 'auth=oauth2:login')
})

test('what a line sets as the flags do is not shown', (t) => {
  const overrides = overridesOf('interval=10s timeout=10s ipv=any')
  t.is(shown(overrides), 'interval=10s')
  t.is(shown(overrides, { intervalMs: 10_000, timeoutMs: 5_000, family: 4 }), 'timeout=10s ipv=any')
})

test('no secret is shown, and of a file only its name', (t) => {
  const directory = join(directoryOf(t), 'hunter2')
  mkdirSync(directory)
  const files = { login: 'me:hunter2', body: 'hunter2', cert: FIXED_PAIR.cert, key: FIXED_PAIR.key }
  for (const [name, text] of Object.entries(files))
    writeFileSync(join(directory, name), text, { mode: 0o600 })
  const at = (name: string) => join(directory, name)
  const settings = [
    `auth=basic:@${at('login')} cert=${at('cert')} key=${at('key')} data=@${at('body')}`,
    'header.X-Key=hunter2 parent=https://me:hunter2@b.example/ proxy=http://me:hunter2@b.example:1',
  ]
  t.is(
    shown(overridesOf(settings.join(' '))),
    'data=@body auth=basic:@login header.X-Key=… parent=https://b.example/ cert=cert key=key proxy=http://b.example:1',
  )
  t.is(shown(overridesOf('data=hunter2')), 'data=…')
  t.is(shown(overridesOf(String.raw`send="AUTH hunter2\r\n"`, 'tcp')), 'send=…')
})

test('long settings are cut, and so are many', (t) => {
  t.is(shown(overridesOf(`body=${'x'.repeat(500)} max-size=1MiB`)), `body=${'x'.repeat(114)}… max-size=1MiB`)
  t.is(shown(overridesOf(`body=${'x'.repeat(113)}\u{1f600}${'x'.repeat(9)}`)), `body=${'x'.repeat(113)}…`)
  const many = shown({ body: Array.from({ length: 4_000 }, (_, n) => `text ${n}`) })
  t.is(many.length, 1_000)
  t.true(many.endsWith('…'))
})

test('the login in a URL is a setting, unless another is set', (t) => {
  const url = 'https://me:hunter2@a.example/' as Url
  t.is(shown(null, {}, url), 'auth=basic:…')
  t.is(shown(overridesOf('interval=10s'), {}, url), 'interval=10s auth=basic:…')
  t.is(shown({ auth: { scheme: 'aws', identity: 'api' } }, {}, url), 'auth=aws:api')
  t.is(shown(null, {}, 'https://a.example/@me' as Url), '')
})
