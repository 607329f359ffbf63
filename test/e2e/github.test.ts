import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { directoryOf } from '../helpers/directory.ts'
import { startOrigin } from '../helpers/origin.ts'
import { headcount } from '../helpers/program.ts'

test('--format github: errors at the lines of lists, and a summary after those of other steps', async (t) => {
  const origin = await startOrigin(t, (request, response) => {
    response.writeHead(request.url === '/up' ? 204 : 404).end()
  })
  const directory = directoryOf(t)
  const file = (name: string, text: string) => {
    writeFileSync(join(directory, name), text)
    return join(directory, name)
  }
  const list = file('urls.txt', `# a list\n${origin.url}/up\n\n${origin.url}/gone label.team=web\n`)
  const config = file('conf.yml', 'groups: [{ files: more.txt, labels: { team: web } }]\n')
  file('more.txt', `${origin.url}/more\n`)
  const sd = file('targets.json', `[{"targets": ["${origin.url}/sd"]}]`)
  const stepSummary = file('summary.md', 'other step\n')
  const env = { GITHUB_STEP_SUMMARY: stepSummary, GITHUB_WORKSPACE: directory }
  const args = ['--once', '--pool-size', '1', '--format', 'github', '-f', list, '-f', sd, '-c', config]
  const { code, stdout, stderr } = await headcount(t, args, { env })
  t.is(code, 2, stderr)
  const error = (place: string, path: string) => {
    const url = `${origin.url}/${path}`
    return `::error ${place},title=down%3A ${url.replaceAll(':', '%3A')}::${url} 404 Not Found\n`
  }
  t.is(
    stdout,
    error('file=urls.txt,line=4', 'gone') +
      error('file=targets.json,line=1', 'sd') +
      error('file=more.txt,line=1', 'more'),
  )
  t.true(stderr.endsWith('4 URLs: 1 up (1 ok), 3 down (3 status)\n'), stderr)
  const written = readFileSync(stepSummary, 'utf8')
  t.true(written.startsWith('other step\n### headcount\n\n4 URLs: 1 up (1 ok), 3 down (3 status)\n'), written)
  t.is(written.split('\n').filter((line) => line.startsWith('| down |')).length, 3)
})
