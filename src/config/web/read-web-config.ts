import { validateHeaderValue } from 'node:http'
import { dirname } from 'node:path'
import { placeProblems } from '../place-problems.ts'
import type { Tree } from '../tree.ts'
import { ValueReader } from '../value-reader.ts'
import { parseYaml } from '../yaml-tree.ts'
import { parseDuration } from '../../settings/durations.ts'
import { LineIndex } from '../../settings/line-index.ts'
import { parsePrometheusDuration } from '../../settings/prometheus-duration.ts'
import { redactName } from '../../settings/quote.ts'
import { parseInteger, parseSwitch } from '../../settings/values.ts'
import { Section } from './section.ts'
import { TlsSection } from './tls-section.ts'
import type { WebConfig } from './web-config.ts'

/** Users in the file. */
const MAX_USERS = 1_000

/** bcrypt of a higher cost takes longer than a request may. */
const MAX_COST = 18

const BCRYPT = /^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}$/

/** The headers that can be set, and their values, if only some make sense. */
const HEADERS: Readonly<Record<string, readonly string[] | null>> = {
  'Content-Security-Policy': null,
  'Strict-Transport-Security': null,
  'X-Content-Type-Options': ['nosniff'],
  'X-Frame-Options': ['deny', 'sameorigin'],
  'X-XSS-Protection': null,
}

/** A mistake in the file. */
export interface WebConfigProblem {
  /** `FILE:LINE:COLUMN` */
  readonly position: string
  /** A clause that quotes no values, which may be secrets. */
  readonly why: string
}

/** What came of reading a file. */
export interface WebConfigReading {
  /** Valid only without problems. */
  readonly config: WebConfig
  readonly problems: readonly WebConfigProblem[]
  /** The files that it names, each with its fingerprint from before it was read. */
  readonly files: ReadonlyMap<string, string>
  /** The file with the key; null: none. */
  readonly keyFile: string | null
  /** There is nothing in it but comments. */
  readonly isEmpty: boolean
}

/** Reads the text of the file at `path`, and the files that it names. */
export async function readWebConfig(text: string, path: string): Promise<WebConfigReading> {
  const places = new LineIndex(text)
  const reader = new ValueReader({})
  const { tree, problems } = parseYaml(text)
  const top = new Section(reader, tree ?? undefined, 'the file', [
    'tls_server_config',
    'http_server_config',
    'basic_auth_users',
    'rate_limit',
  ])
  const tls = new TlsSection(reader, top.tree('tls_server_config'), dirname(path))
  const config: WebConfig = {
    tls: await tls.read(),
    users: readUsers(reader, top.tree('basic_auth_users')),
    headers: readHttp(reader, top.tree('http_server_config')),
    rateLimit: readRateLimit(reader, top.tree('rate_limit')),
  }
  const placeOf = (offset: number) => `${redactName(path)}:${places.position(offset)}`
  return {
    config,
    problems: placeProblems([...problems, ...reader.problems], placeOf),
    files: tls.files,
    keyFile: tls.keyFile,
    isEmpty: tree?.type === 'nothing',
  }
}

function readUsers(reader: ValueReader, tree: Tree | undefined): Map<string, string> {
  const users = new Map<string, string>()
  if (tree === undefined || tree.type === 'nothing') return users
  for (const { key, offset, value } of reader.entries(tree, 'basic_auth_users')) {
    // Neither is quoted: in a file with mistakes, anything may be a password.
    const hash = value.type === 'scalar' ? value.text : ''
    const cost = BCRYPT.exec(hash)?.[1]
    if (key === '' || key.includes(':'))
      reader.report(offset, 'basic_auth_users: a name must not be empty or have a colon')
    else if (cost === undefined || Number(cost) < 4)
      reader.report(
        value.offset,
        'basic_auth_users: not a bcrypt hash, such as `htpasswd -nBC 10 NAME` prints',
      )
    else if (Number(cost) > MAX_COST)
      reader.report(value.offset, `basic_auth_users: a cost above ${MAX_COST} takes too long: use 10 to 12`)
    else users.set(key, hash)
  }
  if (users.size > MAX_USERS) reader.report(tree.offset, `basic_auth_users: more than ${MAX_USERS} users`)
  return users
}

function readHttp(reader: ValueReader, tree: Tree | undefined): Record<string, string> {
  const http = new Section(reader, tree, 'http_server_config', ['http2', 'headers'])
  http.parsed('http2', checkHttp2, null)
  const headers = new Section(reader, http.tree('headers'), 'headers', Object.keys(HEADERS))
  const set: Record<string, string> = {}
  for (const [name, values] of Object.entries(HEADERS)) {
    const value = headers.parsed(name, (text) => checkHeader(name, text, values), null)
    if (value !== null) set[name] = value
  }
  return set
}

/** Every client of HTTP/2 also speaks HTTP/1.1, and Node's HTTP/2 can end the process. */
function checkHttp2(text: string): void {
  if (parseSwitch(text))
    throw new RangeError('HTTP/2 is not supported: leave it out, or set it to false; clients use HTTP/1.1')
}

function checkHeader(name: string, text: string, values: readonly string[] | null): string {
  if (values !== null && !values.includes(text)) throw new RangeError(`must be ${values.join(' or ')}`)
  try {
    validateHeaderValue(name, text)
  } catch (error) {
    throw new RangeError('a header cannot have such characters', { cause: error })
  }
  return text
}

function readRateLimit(reader: ValueReader, tree: Tree | undefined): WebConfig['rateLimit'] {
  const section = new Section(reader, tree, 'rate_limit', ['interval', 'burst'])
  const intervalMs = section.parsed('interval', parseInterval, 0)
  const burst = section.parsed('burst', (text) => parseInteger(text, 0, 1_000_000), 0)
  if (intervalMs === 0) return null
  if (burst === 0)
    reader.report(tree?.offset ?? 0, 'rate_limit: burst must be at least 1, or nothing is answered')
  return { intervalMs, burst }
}

/** 0: no limit. */
function parseInterval(text: string): number {
  if (/^0[a-z]*$/.test(text)) return 0
  return text.includes('.') ? parseDuration(text) : parsePrometheusDuration(text)
}
