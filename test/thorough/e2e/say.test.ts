import { readFileSync } from 'node:fs'
import test from 'ava'
import { startOrigin } from '../../helpers/origin.ts'
import { headcount, Program } from '../../helpers/program.ts'

const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as {
  version: string
}

test('--version', async (t) => {
  const { code, stdout, stderr } = await headcount(t, ['--version'])
  t.deepEqual({ code, stdout, stderr }, { code: 0, stdout: `headcount ${version}\n`, stderr: '' })
})

test('--help lists every flag that the reference does', async (t) => {
  const { code, stdout } = await headcount(t, ['--help'])
  t.is(code, 0)
  const reference = readFileSync(new URL('../../../docs/reference.md', import.meta.url), 'utf8')
  const flags = (text: string) => new Set(text.match(/(?<=[\s`(,])--[a-z][a-z0-9-]+/g))
  const table = reference
    .split('\n')
    .filter((line) => line.startsWith('| `-'))
    .join('\n')
  t.deepEqual([...flags(table)].toSorted(), [...flags(stdout.slice(stdout.indexOf('\nLists:\n')))].toSorted())
})

test('--check reads the lists, says what is wrong and polls nothing', async (t) => {
  const origin = await startOrigin(t)
  const good = await headcount(t, ['--check', '-f', '-'], { input: `${origin.url}\n${origin.url}/\n` })
  t.is(good.code, 0)
  t.is(good.stdout, '1 URL, 1 duplicate, 0 invalid lines\n')
  const bad = await headcount(t, ['--check', '-f', '-'], { input: `${origin.url}\nhttp://a.example:0/\n` })
  t.is(bad.code, 3)
  t.regex(bad.stderr, /^error: stdin:2: /m)
  const options = await headcount(t, ['--check', '-f', '-'], {
    input: `${origin.url}/a interval=1s header.X="secret\n${origin.url}/b intervall=1s method="se cret"\n`,
  })
  t.is(options.code, 3)
  t.is(options.stdout, '0 URLs, 0 duplicates, 2 invalid lines\n')
  const column = origin.url.length + 4
  t.is(
    options.stderr,
    `error: stdin:1:${column + 21}: this double quote is never closed\n` +
      `error: stdin:2:${column}: unknown setting "intervall": did you mean "interval"?\n` +
      `error: stdin:2:${column + 20}: method: not a method such as GET or POST\n`,
  )
  t.is(origin.requestPaths.length, 0)
})

test('the demo shows URLs up and down, without a network, and says where it answers', async (t) => {
  const program = new Program(t, ['--demo', '--pool-size', '1'])
  const address = /^Listening on (http:\/\/127\.0\.0\.1:\d+\/)$/m
  await program.until(({ stderr }) => address.test(stderr))
  const [, url] = address.exec(program.stderr) ?? []
  t.is((await fetch(`${url}-/healthy`)).status, 200)
  await program.until(
    ({ stdout }) => /Z up http\S+ 20\d/.test(stdout) && /Z down http\S+ status: (404|500)/.test(stdout),
  )
  // On a machine that is too busy to tell, the silent URL is `unknown`.
  const silent = /Z (?:down http\S+\/silent timeout|unknown http\S+\/silent local)/
  await program.until(({ stdout }) => /Z down http\S+ refused/.test(stdout) && silent.test(stdout))
  program.child.kill('SIGINT')
  const { code, stdout } = await program.ended()
  t.is(code, 0)
  t.regex(stdout, /\n\S+ Summary: \d+ polls/)
})

test('the environment sets what the flags do not', async (t) => {
  const origin = await startOrigin(t)
  const env = { HEADCOUNT_ONCE: '1', HEADCOUNT_FORMAT: 'json', HEADCOUNT_METHOD: 'GET' }
  const json = await headcount(t, [origin.url], { env })
  t.regex(json.stdout, /"method":"GET"/)
  const quiet = await headcount(t, ['--format', 'quiet', origin.url], { env })
  t.is(quiet.stdout, '')
})

test('--plan says what the list asks of this machine, and polls nothing', async (t) => {
  const origin = await startOrigin(t)
  const { code, stdout } = await headcount(t, ['--plan', '-i', '1s', `${origin.url}/a`, `${origin.url}/b`])
  t.is(code, 0)
  t.regex(stdout, /^2 URLs \(0 with https\) on 1 origin, every 1 s\npolls a second: 2\.0\n/)
  t.is(origin.requestPaths.length, 0)
})

test('a list that needs too much is reported before the first poll', async (t) => {
  const origin = await startOrigin(t)
  const urls = Array.from({ length: 50 }, (_, n) => `${origin.url}/${n}`)
  const args = ['-i', '1ms', '--duration', '1s', '--format', 'quiet', ...urls]
  const { code, stderr } = await headcount(t, args)
  t.is(code, 0)
  t.is(stderr.match(/^This machine cannot keep the schedule of the lists, which need .*$/gm)?.length, 1)
  t.regex(stderr, /cores of CPU.*; .*--concurrency/)
})
