import { BODIES } from './cases/bodies.ts'
import { CHARSET_CASES } from './cases/charsets.ts'
import { HEADERS } from './cases/headers.ts'
import { JSON_VALUES } from './cases/json.ts'
import { NAMES } from './cases/names.ts'
import { NETWORKS } from './cases/networks.ts'
import { REDIRECTS } from './cases/redirects.ts'
import { REQUESTS } from './cases/requests.ts'
import { SOCKETS } from './cases/sockets.ts'
import { STATUSES } from './cases/statuses.ts'
import { TIMES } from './cases/times.ts'
import { TLS } from './cases/tls.ts'
import { WEBSOCKETS } from './cases/websockets.ts'
import type { Case } from './case.ts'
import { generated } from './generated.ts'

const WRITTEN: readonly Case[] = [
  ...STATUSES,
  ...REDIRECTS,
  ...BODIES,
  ...CHARSET_CASES,
  ...HEADERS,
  ...JSON_VALUES,
  ...REQUESTS,
  ...TIMES,
  ...TLS,
  ...SOCKETS,
  ...NAMES,
  ...NETWORKS,
  ...WEBSOCKETS,
]

/** How many are made from a seed, unless more are asked for. */
const GENERATED = 100

/** All cases: those that are written down, and others from a seed. Throws if two have one name. */
export function allCases(seed: number, count = GENERATED): readonly Case[] {
  const cases = [...WRITTEN, ...generated(seed, count)]
  const names = new Set(cases.map(({ name }) => name))
  if (names.size !== cases.length) throw new Error('two cases have one name')
  return cases
}
