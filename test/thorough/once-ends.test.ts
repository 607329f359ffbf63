import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { directoryOf } from '../helpers/directory.ts'
import { startOrigin } from '../helpers/origin.ts'
import { TOO_SLOW } from '../../src/print/text/printer.ts'
import { headcount, parseLines, Program } from '../helpers/program.ts'

// How `--once` ends: retries, --fail-fast, --max-down, --no-strict.

const ONCE = ['--once', '--pool-size', '1', '--format', 'json']
/** The variable that other tests set. */
const DEFAULT = { env: { HEADCOUNT_RETRIES: '' } }

/** An origin whose path `/N` gives N errors before it answers, and `/never` never answers. */
async function startFlaky(t: ExecutionContext) {
  const seen = new Map<string, number>()
  const origin = await startOrigin(t, ({ url = '' }, response) => {
    if (url === '/never') return
    const count = (seen.get(url) ?? 0) + 1
    seen.set(url, count)
    response.writeHead(count <= Number(url.slice(1)) ? 503 : 204).end()
  })
  return { url: origin.url, seen }
}

test('what is not up is asked once more by default, and its last answer counts', async (t) => {
  const { url, seen } = await startFlaky(t)
  const args = [...ONCE, '--retry-delay', '1ms', '--no-get-fallback', `${url}/0`, `${url}/1`]
  const { code, stdout } = await headcount(t, args, DEFAULT)
  t.is(code, 0)
  t.deepEqual(Object.fromEntries(seen), { '/0': 1, '/1': 2 })
  t.like(parseLines(stdout).at(-1), { type: 'summary', up: 2, down: 0, polls: 3 })
})

test('--retries says how often; --retries 0 is one poll', async (t) => {
  const { url, seen } = await startFlaky(t)
  const args = [...ONCE, '--retry-delay', '0ms', '--no-get-fallback', `${url}/3`]
  t.is((await headcount(t, [...args, '--retries', '0'])).code, 2)
  t.is(seen.get('/3'), 1)
  t.is((await headcount(t, [...args, '--retries', '2'])).code, 0)
  t.is(seen.get('/3'), 4)
})

test('--max-down: so many may be not up, and the last line says so', async (t) => {
  const { url } = await startFlaky(t)
  const urls = [`${url}/0`, `${url}/91`, `${url}/92`, `${url}/00`]
  const ends = ['1', '2', '49%', '50%'].map(async (most) => {
    const { code, stderr } = await headcount(t, [...ONCE, '--no-get-fallback', '--max-down', most, ...urls])
    return [code, stderr.split('\n').at(-2)]
  })
  t.deepEqual(await Promise.all(ends), [
    [2, '2 of 4 URLs are not up, more than --max-down 1 allows'],
    [0, '2 of 4 URLs are not up, which --max-down 2 allows'],
    [2, '2 of 4 URLs are not up, more than --max-down 49% allows (1)'],
    [0, '2 of 4 URLs are not up, which --max-down 50% allows (2)'],
  ])
})

test('--fail-fast ends at the first that is not up, without waiting for the others', async (t) => {
  const { url } = await startFlaky(t)
  const args = [...ONCE, '--fail-fast', '--timeout', '1h', `${url}/never`, `${url}/9`]
  const { code, stdout, stderr } = await headcount(t, args)
  t.is(code, 2)
  const lines = parseLines(stdout)
  t.deepEqual(
    lines.map(({ type, url: polled }) => polled ?? type),
    [`${url}/9`, 'summary'],
  )
  t.like(lines.at(-1), { up: 0, down: 1, pending: 1 })
  t.regex(stderr, /^http:\S+\/9: status: 503 [^\n]*\n$/)
})

test('--fail-fast waits for the retry, and for more than --max-down', async (t) => {
  const { url } = await startFlaky(t)
  const args = [...ONCE, '--fail-fast', '--retries', '1', '--retry-delay', '1ms', '--no-get-fallback']
  t.is((await headcount(t, [...args, `${url}/1`])).code, 0)
  t.is((await headcount(t, [...args, '--max-down', '1', `${url}/91`, `${url}/0`])).code, 0)
})

test('an invalid line is exit 3 and nothing is polled; --no-strict polls the others', async (t) => {
  const { url, seen } = await startFlaky(t)
  const list = join(directoryOf(t), 'urls.txt')
  const results = `${list}.json`
  writeFileSync(list, `${url}/0\nhtps://a.example/\n`)
  const args = [...ONCE, '-f', list, '--output', results]
  const strict = await headcount(t, args)
  t.is(strict.code, 3)
  t.is(strict.stdout, '')
  t.is(
    strict.stderr.replace(/^.*:2: .*\n/, ''),
    'error: 1 invalid line in the lists: nothing is polled; --no-strict polls the others\n',
  )
  t.is(seen.size, 0)
  const { code, stderr } = await headcount(t, [...args, '--no-strict'])
  t.is(code, 0)
  t.regex(stderr, /^\S+:2: [^\n]*\n$/)
  t.is(seen.get('/0'), 1)
})

/** Lines of a list whose results are more than may wait for a reader. */
const MANY = Array.from({ length: 25_000 }, (_, n) => `http://127.0.0.1:1/${n}/${'x'.repeat(3_000)}\n`)

const lateReader = test.macro({
  async exec(t, format: string, result: string, said: string, expected: number) {
    const list = join(directoryOf(t), 'urls.txt')
    writeFileSync(list, MANY.join(''))
    const [code, go] = [`${list}.code`, `${list}.go`]
    const reader = 'until [ -e "$GO" ]; do sleep 0.2; done; grep -c "$RESULT"'
    const prefix = ['sh', '-c', `{ "$0" "$@"; echo $? >"$CODE"; } | { ${reader}; }`]
    const flags = ['--once', '--retries', '0', '--max-down', '100%', '--format', format, '-f', list]
    const program = new Program(t, flags, { prefix, env: { CODE: code, GO: go, RESULT: result } })
    await program.until(({ stderr }) => stderr.includes(said))
    writeFileSync(go, '')
    const { stdout } = await program.ended()
    t.is(readFileSync(code, 'utf8'), `${expected}\n`)
    t.is(Number(stdout) === MANY.length, expected === 0, stdout)
  },
  title: (_, format) =>
    `the results of --once as ${String(format)}, for a reader that begins when far more has come than may wait`,
})
test(lateReader, 'junit', '<testcase ', `${MANY.length} URLs: 0 up`, 0)
test(lateReader, 'json', '"type":"state"', `error: standard output: ${TOO_SLOW}`, 1)

for (const flag of ['--retries=2', '--retry-delay=2s', '--fail-fast', '--max-down=2', '--strict'])
  test(`${flag} without --once is exit 3`, async (t) => {
    const { code, stderr } = await headcount(t, [flag, 'http://127.0.0.1:1/'])
    t.is(code, 3)
    t.is(stderr, `error: ${flag.split('=')[0]}: it has no effect without --once\n`)
  })
