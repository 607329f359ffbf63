import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { TIMEOUT_MS } from './answer.ts'
import type { Answer, AskAll } from './answer.ts'
import { pinOf } from './ask-headcount.ts'
import { goExpression, methodOf } from './case.ts'
import type { Case } from './case.ts'
import type { Site } from './site.ts'

const run = promisify(execFile)
const FILES = ['main.go', 'http.go', 'schemes.go', 'why.go']

/** One process of a program that does with Go's standard library what headcount does. */
export const askGo: AskAll = async (site, cases) => {
  const folder = mkdtempSync(join(tmpdir(), 'headcount-'))
  const program = join(folder, 'poll')
  // Nothing but the standard library: no toolchain and no module is fetched.
  const env = { ...process.env, GOTOOLCHAIN: 'local', GOPROXY: 'off', GO111MODULE: 'off', NO_PROXY: '' }
  const sources = FILES.map((name) => fileURLToPath(new URL(`../go/poll/${name}`, import.meta.url)))
  await run('go', ['build', '-o', program, ...sources], { env })
  const asked = cases.filter(isExpressible)
  const child = spawn(program, { env })
  child.stdin.end(JSON.stringify(asked.map((one) => job(site, one))))
  const [out, error] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  rmSync(folder, { recursive: true })
  const said = out
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Answer & { readonly at: number })
  if (said.length !== asked.length) throw new Error(`Go answered ${said.length} of ${asked.length}\n${error}`)
  return new Map(
    said.map(({ at, verdict, status, why }) => [
      asked[at] as Case,
      { verdict, status, why } satisfies Answer,
    ]),
  )
}

const DNS_TYPES = new Set(['A', 'AAAA', 'MX', 'NS', 'TXT', 'SRV', 'PTR'])

function isExpressible({ ask: { url, starttls, dns }, traits = [] }: Case): boolean {
  // Its client decodes gzip only.
  if (traits.some((trait) => /^coding:(?!gzip)/.test(trait))) return false
  if (dns !== undefined) return DNS_TYPES.has(dns.type) && (dns.rcode ?? dns.authority) === undefined
  if (starttls !== undefined) return starttls === 'smtp'
  return !url.startsWith('ws')
}

function job(site: Site, one: Case): object {
  const { ask } = one
  const { authorityFile, clientCertFile, clientKeyFile } = site.certificates
  const [scheme] = ask.dns === undefined ? ask.url.split(':') : ['dns']
  return {
    ...ask,
    scheme,
    url: site.fill(one, ask.url),
    method: methodOf(ask),
    timeoutMs: ask.maxTimeMs ?? ask.timeoutMs ?? TIMEOUT_MS,
    accept: (ask.accept ?? '200..=299').split(',').map((item) => {
      const [from = 0, to = from] = item.split('..=').map(Number)
      return [from, to]
    }),
    redirects: ask.redirects ?? 10,
    body: (ask.body ?? []).map(goExpression),
    bodyNot: (ask.bodyNot ?? []).map(goExpression),
    response: Object.fromEntries(
      Object.entries(ask.response ?? {}).map(([name, pattern]) => [name, goExpression(pattern)]),
    ),
    proxy: site.fill(one, ask.proxy ?? ''),
    authorityFile,
    certFile: ask.hasClientCert === true ? clientCertFile : '',
    keyFile: ask.hasClientCert === true ? clientKeyFile : '',
    pin: ask.pin === undefined ? '' : pinOf(site, one).toString('hex'),
    pinOf: ask.pin?.of ?? '',
    talk: (ask.talk ?? []).map(([what, value]) => [what, what === 'send' ? value : goExpression(value)]),
    nameServer: site.nameServer,
    dnsName: ask.dns?.name ?? '',
    dnsType: ask.dns?.type ?? '',
    dnsExpect: ask.dns?.expect === undefined ? '' : goExpression(ask.dns.expect),
  }
}
