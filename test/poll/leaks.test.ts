import { execFile } from 'node:child_process'
import { createServer } from 'node:tls'
import { promisify } from 'node:util'
import test from 'ava'
import { selfSigned } from '../helpers/certificates.ts'
import { Hostile, SCRIPTS } from '../helpers/hostile.ts'

const POLL_MIXED = new URL('../helpers/poll-mixed.ts', import.meta.url).pathname

/** Polls a round; the environment may ask for more. */
const POLLS = process.env['HEADCOUNT_TEST_POLLS'] ?? '1500'

interface Left {
  readonly descriptors: number
  readonly resources: readonly string[]
  readonly heapMb: number
  readonly tally: Readonly<Record<string, number>>
}

test('polls of all hostile cases leave nothing behind', async (t) => {
  t.timeout(600_000)
  const plain = await Hostile.start()
  const server = createServer(await selfSigned([{ type: 'ip', value: '127.0.0.1' }]), () => {})
  server.on('tlsClientError', () => {})
  const secure = await Hostile.start(SCRIPTS, server)
  t.teardown(() => Promise.all([plain.close(), secure.close()]))
  const urls = Object.keys(SCRIPTS).map((name) => plain.url(name))
  urls.push(
    `https://127.0.0.1:${secure.port}/ok`,
    `https://127.0.0.1:${plain.port}/ok`,
    'http://127.0.0.1:1/',
  )
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [POLL_MIXED, POLLS, '6', ...urls])
  t.is(stderr, '')
  const rounds = JSON.parse(stdout) as Left[]
  const [first, last] = [rounds[1], rounds.at(-1)]
  if (first === undefined || last === undefined) return t.fail()
  t.log(last)
  t.true(Object.keys(last.tally).length >= 9, JSON.stringify(last.tally))
  t.is(last.descriptors, first.descriptors)
  t.deepEqual(last.resources, [])
  t.true(last.heapMb - first.heapMb < 3, `${first.heapMb} MB, then ${last.heapMb} MB`)
  t.deepEqual([plain.open, secure.open], [0, 0])
})
