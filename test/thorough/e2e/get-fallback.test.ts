import test from 'ava'
import type { ExecutionContext } from 'ava'
import { startOrigin } from '../../helpers/origin.ts'
import { headcount, Program } from '../../helpers/program.ts'

/** Refuses HEAD: with 403 where GET is accepted, with 404 where it is not. Remembers the methods, by path. */
async function start(t: ExecutionContext) {
  const methods: Record<string, string[]> = {}
  const { url, requested } = await startOrigin(t, (request, response) => {
    const { method = '', url: path = '' } = request
    ;(methods[path] ??= []).push(method)
    response.writeHead(path === '/gone' ? 404 : method === 'HEAD' ? 403 : 200).end()
  })
  return { url, requested, methods }
}

test('HEAD refused, GET accepted: up, and GET alone from then on', async (t) => {
  const { url, methods } = await start(t)
  const args = ['-i', '100ms', '--pool-size', '2', '--format', 'json', `${url}/works`, `${url}/gone`]
  const program = new Program(t, args)
  const polled = (path: string) =>
    program.json.filter((line) => line['type'] === 'state' && line['url'] === `${url}${path}`)
  await program.until(() => polled('/works').length >= 4 && polled('/gone').length >= 4)
  program.child.kill('SIGTERM')
  await program.ended()
  const [first, ...others] = polled('/works')
  t.like(first, {
    verdict: 'up',
    status: 200,
    method: 'GET',
    detail: 'HEAD was answered with 403, GET is used instead',
  })
  for (const state of others) t.like(state, { verdict: 'up', method: 'GET', detail: '' })
  t.deepEqual(methods['/works']?.slice(0, 4), ['HEAD', 'GET', 'GET', 'GET'])
  for (const state of polled('/gone')) t.like(state, { verdict: 'down', status: 404 })
  t.deepEqual(methods['/gone']?.slice(0, 5), ['HEAD', 'GET', 'GET', 'HEAD', 'GET'])
})

test('--no-get-fallback: HEAD alone', async (t) => {
  const { url, methods } = await start(t)
  const { code, stdout } = await headcount(t, ['--once', '--no-get-fallback', `${url}/works`])
  t.is(code, 2)
  t.regex(stdout, /Z down http\S+ status: 403 Forbidden$/m)
  t.deepEqual(methods, { '/works': ['HEAD'] })
})

for (const [format, up] of [
  ['log', /^\S+Z up http\S+\/works 200 OK$/m],
  ['csv', /^http\S+\/works,up,ok,200,OK,/m],
  ['junit', /\/works" time="[\d.]+"\/>$/m],
] as const) {
  test(`--once --format ${format}`, async (t) => {
    const { url } = await start(t)
    const { code, stdout } = await headcount(t, ['--once', '--format', format, `${url}/works`])
    t.is(code, 0)
    t.regex(stdout, up)
  })
}
