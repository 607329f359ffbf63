import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { cli } from '../../helpers/cli.ts'
import { withoutStall } from '../../helpers/test-poller.ts'
import { TIMEOUT_MS } from './answer.ts'
import type { Answer, AskAll } from './answer.ts'
import type { Case, JsonCheck } from './case.ts'
import type { Site } from './site.ts'

interface Line {
  readonly type: string
  readonly labels: { readonly case?: string }
  readonly verdict: Answer['verdict']
  readonly status: number | null
  readonly reason: string
  readonly detail: string
}

/** One run of the program, and one with a client certificate, which is a setting of all URLs. */
export const askHeadcount: AskAll = async (site, cases) => {
  const answers = new Map<Case, Answer>()
  const { authorityFile, clientCertFile, clientKeyFile } = site.certificates
  const withCertificate = cases.filter(({ ask }) => ask.hasClientCert === true)
  const without = cases.filter(({ ask }) => ask.hasClientCert !== true)
  const flags = ['--cacert', authorityFile]
  await Promise.all([
    run(site, without, flags, answers),
    run(site, withCertificate, [...flags, '--cert', clientCertFile, '--key', clientKeyFile], answers),
  ])
  return answers
}

async function run(
  site: Site,
  cases: readonly Case[],
  flags: readonly string[],
  answers: Map<Case, Answer>,
): Promise<void> {
  if (cases.length === 0) return
  const folder = mkdtempSync(join(tmpdir(), 'headcount-'))
  const list = join(folder, 'urls.txt')
  writeFileSync(list, cases.map((one, at) => `${line(site, one, at, folder)}\n`).join(''))
  const args = [
    '--once',
    '--retries',
    '0',
    '--format',
    'json',
    '--pool-size',
    '1',
    '--timeout',
    `${TIMEOUT_MS}ms`,
    '-f',
    list,
  ]
  const child = spawn(process.execPath, [cli, ...args, ...flags])
  const [out, error] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  for (const row of out.split('\n').filter((one) => one !== '')) {
    const { type, labels, ...state } = JSON.parse(row) as Line
    const one = cases[Number(labels?.case)]
    if (type !== 'state' || one === undefined) continue
    const { verdict, status, reason } = withoutStall(state)
    answers.set(one, { verdict, status: status ?? 0, why: reason === 'ok' ? '' : reason })
  }
  rmSync(folder, { recursive: true })
  const lost = cases.filter((one) => !answers.has(one))
  if (lost.length > 0) throw new Error(`no State of ${lost.map(({ name }) => name).join('; ')}\n${error}`)
}

function line(site: Site, one: Case, at: number, folder: string): string {
  const { ask } = one
  const settings: string[] = [`label.case=${at}`, 'recheck=off']
  const set = (key: string, value: string | number | undefined) => {
    if (value !== undefined) settings.push(`${key}=${quoted(site.fill(one, String(value)))}`)
  }
  set('method', ask.method)
  set('data', ask.data)
  for (const [name, value] of Object.entries(ask.headers ?? {})) set(`header.${name}`, value)
  if (ask.auth !== undefined) {
    const file = join(folder, `secret-${at}`)
    writeFileSync(file, ask.auth.secret)
    chmodSync(file, 0o600)
    set('auth', `${ask.auth.scheme}:@${file}`)
  }
  set('accept', ask.accept)
  set('max-redirects', ask.redirects)
  for (const pattern of ask.body ?? []) set('body', pattern)
  for (const pattern of ask.bodyNot ?? []) set('body!', pattern)
  for (const check of ask.json ?? []) settings.push(`json.${jsonText(check)}`)
  for (const [name, value] of Object.entries(ask.response ?? {})) set(`response.${name}`, value)
  set('body-limit', ask.bodyLimit)
  set('max-size', ask.maxSize)
  if (ask.maxTimeMs !== undefined) set('max-time', `${ask.maxTimeMs}ms`)
  if (ask.timeoutMs !== undefined) set('timeout', `${ask.timeoutMs}ms`)
  if (ask.insecure === true) set('insecure', 'on')
  set('min-tls', ask.minTls)
  set('cert-days', ask.certDays)
  if (ask.pin !== undefined) set(`${ask.pin.of}-sha256`, pinOf(site, one).toString('hex'))
  set('resolve', ask.resolve)
  set('server-name', ask.serverName)
  set('ipv', ask.ipv)
  set('proxy', ask.proxy)
  set('starttls', ask.starttls)
  for (const [what, value] of ask.talk ?? [])
    settings.push(`${what}=${what === 'send' ? `"${escaped(value)}"` : quoted(value)}`)
  return `${ask.dns === undefined ? site.fill(one, ask.url) : dnsUrl(site, ask.dns)} ${settings.join(' ')}`
}

function dnsUrl(
  site: Site,
  { name, type, rcode, expect, authority }: NonNullable<Case['ask']['dns']>,
): string {
  const query = Object.entries({ type, rcode, expect, authority })
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key}=${encodeURIComponent(value as string)}`)
  return `dns://${site.nameServer}/${name}?${query.join('&')}`
}

/** The fingerprint that a case asks for. */
export function pinOf(site: Site, { ask: { pin }, servers }: Case): Buffer {
  const certificate = servers[0]?.tls?.certificate
  if (pin === undefined || certificate === undefined) throw new Error('nothing is pinned')
  return site.certificates.sha256(pin.which === 'right' ? certificate : 'other authority', pin.of)
}

function jsonText({ path, operator, value = '' }: JsonCheck): string {
  const names = path.map((name) => (typeof name === 'number' ? `[${name}]` : `[${JSON.stringify(name)}]`))
  return `$${names.join('')}${operator}${operator === '' ? '' : quoted(value)}`
}

/** In single quotes every character stands for itself; a value with such a quote is put in double quotes. */
function quoted(value: string): string {
  return value.includes("'") ? `"${value.replaceAll(/[\\"]/g, String.raw`\$&`)}"` : `'${value}'`
}

function escaped(value: string): string {
  return JSON.stringify(value).slice(1, -1)
}
