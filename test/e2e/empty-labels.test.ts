import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { directoryOf } from '../helpers/directory.ts'
import { startOrigin } from '../helpers/origin.ts'
import { headcount, parseLines } from '../helpers/program.ts'

test('a label with an empty value is none, and takes away that of a group', async (t) => {
  const { url } = await startOrigin(t)
  const directory = directoryOf(t)
  const write = (name: string, text: string) => writeFileSync(join(directory, name), text)
  write('line.txt', `${url}/line label.a= label.b="" label.c=d\n${url}/all label.a=\n`)
  write('sd.json', JSON.stringify([{ targets: [`${url}/sd`], labels: { a: '', c: 'd' } }]))
  write('sd.yml', `- {targets: ["${url}/yaml"], labels: {a: , b: '', c: d}}\n`)
  write(
    'conf.yml',
    `groups:
      - {labels: {a: '', c: d}, urls: [${url}/group]}
      - {labels: {a: x, b: y}, files: [line.txt, sd.json]}
      - files: sd.yml
    `,
  )
  const flags = ['--once', '--format', 'json', '--pool-size', '1', '-c', join(directory, 'conf.yml')]
  const { code, stdout, stderr } = await headcount(t, flags)
  t.is(stderr, '')
  t.is(code, 0)
  const labels = parseLines(stdout)
    .filter(({ type }) => type === 'state')
    .map((state) => [String(state['url']).replace(url, ''), state['labels']])
  t.deepEqual(Object.fromEntries(labels), {
    '/line': { c: 'd' },
    '/all': { b: 'y' },
    '/sd': { b: 'y', c: 'd' },
    '/yaml': { c: 'd' },
    '/group': { c: 'd' },
  })
})
