import test from 'ava'
import { startOrigin } from '../helpers/origin.ts'
import { headcount } from '../helpers/program.ts'
import { haveTmux, Terminal } from '../helpers/tmux.ts'
import { waitUntil } from '../helpers/wait-until.ts'

const onTerminal = haveTmux ? test : test.skip
if (!haveTmux) console.log('no tmux here: tests on a terminal are skipped')

onTerminal('--once on a terminal: how far it is, then what is not up', async (t) => {
  const answer = Promise.withResolvers<void>()
  const origin = await startOrigin(t, (request, response) => {
    const path = request.url as string
    const end = () => response.writeHead(path === '/4' ? 500 : 204).end()
    if (path === '/3') void answer.promise.then(end)
    else end()
  })
  const urls = Array.from({ length: 5 }, (_, n) => `${origin.url}/${n}`)
  const terminal = await Terminal.open(t)
  await terminal.headcount(['--once', '--pool-size', '1', ...urls], { after: '; echo code $?' })
  const screen = await terminal.until((text) => text.includes('80% 4 of 5 URLs'))
  t.regex(screen, /^\[#+-+\] 80% 4 of 5 URLs, [\d.]+ a second, \S+.* left$/m)
  t.true(screen.includes(`${origin.url}/4: status: 500`))
  answer.resolve()
  const last = await terminal.until((text) => text.includes('code 2'))
  const lines = last.split('\n')
  t.is(lines[0], `warning: ${origin.url}/4: status: 500 Internal Server Error`)
  t.regex(lines[1] ?? '', /^\S+ Current state: 5 URLs: 4 up, 1 down$/)
  t.true(lines[2]?.slice(25).startsWith(`down ${origin.url}/4 status: 500 Internal`))
  t.regex(lines.slice(3).join('\n'), /^\S+ Summary: 5 polls/m)
})

onTerminal('--once on a terminal: Ctrl-C is answered at once', async (t) => {
  const origin = await startOrigin(t, () => {})
  const terminal = await Terminal.open(t)
  await terminal.headcount(['--once', '--pool-size', '1', '-t', '10m', origin.url], {
    after: '; echo code $?',
  })
  await terminal.until((text) => text.includes('0% 0 of 1 URL,'))
  await origin.requested('/')
  await terminal.press('C-c')
  const screen = await terminal.until((text) => text.includes('Ending'))
  t.regex(screen, /^info: Ending after the polls in flight; signal again \(Ctrl-C\) to quit now$/m)
  // What comes within a quarter of a second belongs to the first request.
  const over = performance.now() + 250
  await waitUntil(() => performance.now() > over)
  await terminal.press('C-c')
  await terminal.until((text) => text.includes('code 1'))
})

test('--once in a pipeline: silent until the end', async (t) => {
  const origin = await startOrigin(t)
  const { stdout, stderr } = await headcount(t, ['--once', '--pool-size', '1', origin.url])
  t.is(stderr, '')
  t.regex(stdout, /^\S+Z Current state: .*\n\S+Z up \S+ 204 No Content\n\S+Z Summary: .*\n$/)
})
