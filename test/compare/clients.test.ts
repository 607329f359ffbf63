import test from 'ava'
import type { ExecutionContext } from 'ava'
import { TestPoller } from '../helpers/poll.ts'
import { RawAnswers } from '../helpers/raw-answers.ts'
import { ask, COLUMNS, recorded, shown, versions } from './clients.ts'
import type { Row } from './clients.ts'
import { HEADS } from './heads.ts'

// A poller is as lenient as the clients that people use. Where both curl and Go's net/http take an answer, headcount takes it; where
// both refuse it, headcount does; in between it is free, but the method makes no difference.

/** Of these, more than a head is judged: an upgrade that nobody asked for is no answer, by decision. */
const DECIDED = /^HTTP\/1\.1 101 /

/** What is wrong with what headcount says, given what the clients say; '' for nothing. */
function wrong(said: Row, row: Row): string {
  const [first] = said
  if (said.some((one) => one !== first)) return 'it depends on how it is asked'
  for (const method of ['HEAD', 'GET']) {
    const theirs = row.filter((_, at) => COLUMNS[at]?.endsWith(method))
    if (theirs.every((one) => one === null) && first !== null) return `both refuse it with ${method}`
    if (!theirs.includes(null) && !theirs.includes(first ?? null)) return `both take it with ${method}`
  }
  return ''
}

const WAYS = [
  { method: 'HEAD', keepAlive: false },
  { method: 'GET', keepAlive: false },
  { method: 'HEAD', keepAlive: true },
  { method: 'GET', keepAlive: true },
] as const

/** What headcount says of each of HEADS, asked so. */
async function statuses(t: ExecutionContext, way: (typeof WAYS)[number]): Promise<(number | null)[]> {
  const server = await RawAnswers.start(HEADS)
  const poller = new TestPoller({ ...way, getFallback: false, maxRedirects: 0, timeoutMs: 20_000 })
  t.teardown(async () => {
    await poller.close()
    await server.close()
  })
  const states = await Promise.all(HEADS.map((_, at) => poller.settle(`${server.url}/${at}`)))
  return states.map(({ reason, status }) => (['ok', 'status', 'redirect'].includes(reason) ? status : null))
}

test('the record is of these heads', (t) => {
  t.deepEqual(
    recorded().heads.map(([head]) => head),
    HEADS.map(shown),
  )
})

test('heads that curl and Go take are taken, and those that both refuse are refused, by each method', async (t) => {
  t.timeout(120_000)
  const ways = await Promise.all(WAYS.map((way) => statuses(t, way)))
  const mistakes = recorded().heads.flatMap(([head, ...row], at) => {
    const said = ways.map((way) => way[at] ?? null)
    const mistake = DECIDED.test(head) ? '' : wrong(said, row)
    return mistake === '' ? [] : [`${JSON.stringify(head)}: ${JSON.stringify(said)}, but ${mistake}`]
  })
  t.deepEqual(mistakes, [])
})

test('curl and Go say what was recorded', async (t) => {
  t.timeout(300_000)
  const { curl, go, heads } = recorded()
  const installed = versions()
  if (installed.curl !== curl || installed.go !== go) {
    // CI installs both, and has to say so when it did not.
    if (process.env['CI'] === 'true')
      t.true(installed.curl !== null && installed.go !== null, 'not installed')
    t.log(`recorded with curl ${curl} and Go ${go}; here are ${installed.curl} and ${installed.go}`)
    t.pass()
    return
  }
  t.deepEqual(
    await ask(),
    heads.map(([, ...row]) => row),
  )
})
