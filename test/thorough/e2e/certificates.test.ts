import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { Authority } from '../../helpers/certificates.ts'
import { directoryOf } from '../../helpers/directory.ts'
import { headcount } from '../../helpers/program.ts'

/** A server whose certificate lasts for ten days, its URL, and the flags to poll it once. */
async function start(t: ExecutionContext) {
  const authority = await Authority.create()
  const pair = await authority.issue([{ type: 'ip', value: '127.0.0.1' }], -1, 10)
  const server = createServer({ ...pair, maxVersion: 'TLSv1.2' }, (_, response) => response.end())
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  const directory = directoryOf(t)
  const write = (name: string, lines: readonly string[]) => {
    writeFileSync(join(directory, name), lines.map((line) => `${line}\n`).join(''))
    return join(directory, name)
  }
  const cacert = write('ca.pem', [authority.pem])
  return {
    write,
    sha256: new X509Certificate(pair.cert).fingerprint256,
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    flags: ['--cacert', cacert, '--once', '--format', 'json', '--pool-size', '1'],
  }
}

/** The reason of each URL, by what follows its last slash. */
async function reasonsOf(t: ExecutionContext, args: readonly string[]): Promise<Record<string, string>> {
  const { stdout, stderr } = await headcount(t, args)
  t.notRegex(stderr, /^error/)
  const states = stdout
    .split('\n')
    .filter((line) => line.startsWith('{"type":"state"'))
    .map((line) => JSON.parse(line) as { url: string; reason: string })
  return Object.fromEntries(states.map(({ url, reason }) => [url.slice(url.lastIndexOf('/') + 1), reason]))
}

const OTHER = 'ab'.repeat(32)

test('lines, groups, a configuration and flags demand certificates', async (t) => {
  const { write, sha256, url, flags } = await start(t)
  const list = write('list.txt', [
    `${url}enough cert-days=9`,
    `${url}few cert-days=11`,
    `${url}pinned cert-sha256=${OTHER} cert-sha256=${sha256}`,
    `${url}other cert-sha256=${OTHER}`,
    `${url}key spki-sha256=${OTHER}`,
    `${url}old min-tls=1.3`,
    `${url}plain`,
  ])
  const ofLines = {
    enough: 'ok',
    few: 'tls-expiring',
    pinned: 'ok',
    other: 'tls-pin',
    key: 'tls-pin',
    old: 'tls-version',
  }
  t.deepEqual(await reasonsOf(t, ['-f', list, ...flags]), { ...ofLines, plain: 'ok' })
  t.deepEqual(await reasonsOf(t, ['-f', list, ...flags, '--cert-days', '20']), {
    ...ofLines,
    pinned: 'tls-expiring',
    plain: 'tls-expiring',
  })
  const config = write('conf.yml', [
    'cert-days: 11',
    `urls: ["${url}top", "${url}line cert-days=9"]`,
    'groups:',
    '  - cert-days: 0',
    `    cert-sha256: [${OTHER}, "${sha256}"]`,
    `    urls: ["${url}group", "${url}own cert-sha256=${OTHER}"]`,
    '  - min-tls: 1.3',
    `    urls: ["${url}grouped"]`,
  ])
  t.deepEqual(await reasonsOf(t, ['-c', config, ...flags]), {
    top: 'tls-expiring',
    line: 'ok',
    group: 'ok',
    own: 'tls-pin',
    grouped: 'tls-version',
  })
})

test('invalid values are refused with their place', async (t) => {
  const { write, url, flags } = await start(t)
  const list = write('list.txt', [
    `${url} cert-days=soon`,
    `${url} cert-sha256=abc`,
    `${url} spki-sha256=${OTHER} spki-sha256=${OTHER}`,
    `${url} min-tls=1.1`,
  ])
  const { stderr } = await headcount(t, ['-f', list, ...flags])
  const at = `${url} `.length + 1
  t.deepEqual(stderr.split('\n').slice(0, 4), [
    `error: ${list}:1:${at + 'cert-days='.length}: cert-days: not a whole number from 0 to 10000`,
    `error: ${list}:2:${at + 'cert-sha256='.length}: cert-sha256: not a SHA-256 fingerprint: 64 hex digits, or base64 such as sha256//47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=`,
    `error: ${list}:3:${at + `spki-sha256=${OTHER} `.length}: spki-sha256: already set`,
    `error: ${list}:4:${at + 'min-tls='.length}: min-tls: must be one of 1.2, 1.3`,
  ])
})
