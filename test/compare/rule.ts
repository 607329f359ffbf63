import { TestPoller } from '../helpers/test-poller.ts'
import { RawResponseServer } from '../helpers/raw-response-server.ts'
import { COLUMNS, shown } from './clients.ts'
import type { Row } from './clients.ts'

// A poller is as lenient as the clients that people use. Where both curl and Go's net/http take an answer, headcount takes it; where
// both refuse it, headcount does; in between it is free, but the method makes no difference.

/** An upgrade that nobody asked for is no answer, by decision. */
const DECIDED = /(?:^|\n)HTTP\/1\.[01] 101 /

/** What is wrong with what headcount says of a head, given what the clients say; nothing where nothing is. */
export function wrong(head: string, said: Row, clients: Row): string[] {
  const mistake = DECIDED.test(head) ? '' : mistakeIn(said, clients)
  return mistake === '' ? [] : [`${JSON.stringify(shown(head))}: ${JSON.stringify(said)}, but ${mistake}`]
}

function mistakeIn(said: Row, clients: Row): string {
  const [first] = said
  if (said.some((one) => one !== first)) return 'it depends on how it is asked'
  for (const method of ['HEAD', 'GET']) {
    const theirs = clients.filter((_, at) => COLUMNS[at]?.endsWith(method))
    if (theirs.every((one) => one === null) && first !== null) return `both refuse it with ${method}`
    if (!theirs.includes(null) && !theirs.includes(first ?? null)) return `both take it with ${method}`
  }
  return ''
}

/** How headcount can be asked to poll. */
const WAYS = [
  { method: 'HEAD', keepAlive: false },
  { method: 'GET', keepAlive: false },
  { method: 'HEAD', keepAlive: true },
  { method: 'GET', keepAlive: true },
] as const

/** What headcount says of each head, in each way that it can be asked: a status, or null where it refuses. */
export async function poll(heads: readonly string[]): Promise<Row[]> {
  const ways = await Promise.all(WAYS.map((way) => pollSo(heads, way)))
  return heads.map((_, at) => ways.map((way) => way[at] ?? null))
}

async function pollSo(heads: readonly string[], way: (typeof WAYS)[number]): Promise<Row> {
  const server = await RawResponseServer.start(heads)
  const poller = new TestPoller({ ...way, getFallback: false, maxRedirects: 0, timeoutMs: 20_000 })
  const states = await Promise.all(heads.map((_, at) => poller.pollWithoutStall(`${server.url}/${at}`)))
  await poller.close()
  await server.close()
  return states.map(({ reason, status }) => (['ok', 'status', 'redirect'].includes(reason) ? status : null))
}
