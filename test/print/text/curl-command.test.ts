import test from 'ava'
import { curlCommand } from '../../../src/print/text/curl-command.ts'
import { unfitSetting } from '../../../src/settings/schemes.ts'
import { URL_SETTINGS } from '../../../src/settings/url-setting-table.ts'
import type { UrlSetting } from '../../../src/settings/url-setting-table.ts'

test('the same request by hand is safe to paste', (t) => {
  const command = (url: string, method = 'HEAD', redirects = 0) =>
    curlCommand({ url, method, redirects, settings: ['timeout=1500ms'] })?.text
  t.is(command('http://a.example/#1'), 'curl --head --max-time 1.5 http://a.example/')
  t.is(
    command('https://a.example/', 'GET', 2),
    'curl --include --http1.1 --location --max-redirs 10 --max-time 1.5 https://a.example/',
  )
  t.is(
    command("http://a.example/?a=$(id)&b=%27'", 'PUT'),
    String.raw`curl --include --request PUT --max-time 1.5 'http://a.example/?a=$(id)&b=%27%27'`,
  )
  t.is(command('tcp://a.example:1'), undefined)
})

test('the same request by hand has the settings of the URL, and … for secrets', (t) => {
  const command = (method: string, ...settings: string[]) => {
    const { text, isSame } = curlCommand({ url: 'http://a.example/', method, redirects: 0, settings }) ?? {}
    return `${text?.replace(/^curl /, '').replace(/ http:.*$/, '')}${isSame === true ? '' : ' (about)'}`
  }
  t.is(command('HEAD', 'interval=5s', 'timeout=2m', 'recheck=on'), '--head --max-time 120')
  t.is(
    command('GET', 'user-agent="it\'s \\"me\\""', 'header.X-Key=…', 'insecure=on', 'ipv=4'),
    String.raw`--include --user-agent 'it'\''s "me"' --header 'X-Key: …' --insecure --ipv4`,
  )
  t.is(
    command('POST', 'data=…', 'header.Content-Type=…', 'auth=basic:@login', 'ipv=any'),
    `--include --data-binary '…' --header 'Content-Type: …' --user '…'`,
  )
  t.is(command('PUT', 'data=@body'), `--include --request PUT --data-binary '@…/body' (about)`)
  t.is(
    command('HEAD', 'cacert=…', 'cert=me.pem', 'auth=bearer:@token', 'resolve=192.0.2.1,::1', 'unix=/a'),
    `--head --cacert '…' --cert '…/me.pem' --oauth2-bearer '…' --resolve 'a.example:80:192.0.2.1,[::1]' --unix-socket /a`,
  )
  t.is(command('HEAD', 'proxy=none', 'min-tls=1.3'), "--head --noproxy '*' --tlsv1.3")
  for (const setting of ['auth=aws:api', 'server-name=b.example', 'ipv=both', 'proxy=env'])
    t.is(command('HEAD', setting), '--head (about)')
  t.false(curlCommand({ url: 'http://a.example/', method: null, redirects: null, settings: null })?.isSame)
})

/** Settings for which curl has no word, whatever their value. */
const NO_WORD = ['server-name']

test('every setting of an http URL has words for curl, changes no request, or is owned to be left out', (t) => {
  const isLeftOut = (name: string) => {
    const settings = [`${name}=1`, 'header.content-type=x']
    return curlCommand({ url: 'http://a.example/', method: 'HEAD', redirects: 0, settings })?.isSame === false
  }
  const names = (URL_SETTINGS as readonly UrlSetting[])
    .filter(({ name, sets }) => sets === undefined && unfitSetting('http', name) === null)
    .map(({ name, named }) => (named === undefined ? name : `${named.prefix}.x`))
  t.true(names.length > 30)
  t.deepEqual(
    names.filter((name) => name !== 'auth' && isLeftOut(name)),
    NO_WORD,
  )
  t.true(isLeftOut('a-setting-of-tomorrow'))
})
