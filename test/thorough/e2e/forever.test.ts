import test from 'ava'
import { startOrigin } from '../../helpers/origin.ts'
import { parseLines, Program } from '../../helpers/program.ts'

const QUICK = ['--pool-size', '2', '--interval', '100ms', '--status-interval', '1h']

test('each URL is polled again and again; --changes prints a State only when something has changed', async (t) => {
  const answers = [200, 200, 204, 204, 503, 503, 503, 503, 200]
  const origin = await startOrigin(t, (_, response) => void response.writeHead(answers.shift() ?? 200).end())
  const program = new Program(t, [...QUICK, '--changes', '--format', 'json', origin.url])
  await origin.requested('/', 10)
  program.child.kill('SIGTERM')
  const { code, stdout, stderr } = await program.ended()
  t.is(code, 0)
  const states = parseLines(stdout).filter(({ type }) => type === 'state')
  t.deepEqual(
    states.map(({ status, verdict }) => `${String(verdict)} ${String(status)}`),
    ['up 200', 'up 204', 'down 503', 'up 200'],
  )
  t.is(stderr.match(/status: 503/g)?.length, 1, 'a failed poll is a line when something has changed')
})

test('SIGUSR2 prints the state now', async (t) => {
  const origin = await startOrigin(t)
  const program = new Program(t, [...QUICK, origin.url])
  await origin.requested('/', 3)
  program.child.kill('SIGUSR2')
  await program.until(({ stdout }) => stdout.includes(` up ${origin.url}/ 204 No Content\n`))
  t.is(program.stdout.match(/Current state/g)?.length, 1)
})

test('with --changes, a printed state lists those that have changed since the last', async (t) => {
  let status = 200
  const origin = await startOrigin(t, (request, response) => {
    response.writeHead(request.url === '/turns' ? status : 200).end()
  })
  const program = new Program(t, [...QUICK, '--changes', `${origin.url}/stays`, `${origin.url}/turns`])
  const states = () => program.stdout.split('Current state').slice(1)
  await origin.requested('/stays', 3)
  await origin.requested('/turns', 3)
  program.child.kill('SIGUSR2')
  await program.until(() => states().length === 1 && program.stdout.endsWith('200 OK\n'))
  t.regex(states()[0] as string, /stays 200/)
  status = 500
  const seen = origin.requestPaths.filter((path) => path === '/turns').length
  await origin.requested('/turns', seen + 3)
  program.child.kill('SIGUSR2')
  await program.until(() => /turns status: 500 .*Error\n$/.test(states()[1] ?? ''))
  t.regex(states()[0] as string, /Z down \S+turns status: 500 .* \(was up for \d.*\)$/m, 'as it changes')
  t.notRegex(states()[1] as string, /stays/)
})

test('more than 50 URLs: the counts, and those that are not up', async (t) => {
  const origin = await startOrigin(t, (request, response) => {
    response.writeHead(request.url === '/7' ? 404 : 204).end()
  })
  const urls = Array.from({ length: 60 }, (_, n) => `${origin.url}/${n}`)
  const program = new Program(t, ['--once', ...urls])
  const { code, stdout } = await program.ended()
  t.is(code, 2)
  const lines = stdout.trimEnd().split('\n')
  t.regex(lines[0] as string, /60 URLs: 59 up, 1 down$/)
  t.is(lines[1]?.slice(25), `down ${origin.url}/7 status: 404 Not Found`)
  t.is(lines.length, 3)
})

test('no more polls of an origin at once than --host-concurrency, and all of them from one poller', async (t) => {
  let open = 0
  let most = 0
  const origin = await startOrigin(t, (_, response) => {
    open++
    most = Math.max(most, open)
    setTimeout(() => {
      open--
      response.writeHead(204).end()
    }, 20)
  })
  const urls = Array.from({ length: 30 }, (_, n) => `${origin.url}/${n}`)
  const program = new Program(t, [
    '--once',
    '--pool-size',
    '3',
    '--host-concurrency',
    '4',
    '--format',
    'json',
    ...urls,
  ])
  const { code, stdout } = await program.ended()
  t.is(code, 0)
  t.is(most, 4)
  const states = parseLines(stdout).filter(({ type }) => type === 'state')
  t.is(states.length, 30)
  t.is(new Set(states.map(({ poller }) => poller)).size, 1)
})
