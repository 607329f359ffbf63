import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { readCommand } from '../../../src/command/command.ts'
import { INITIAL_CONFIG } from '../../../src/command/help/initial-config.ts'
import { directoryOf } from '../../helpers/directory.ts'
import { startOrigin } from '../../helpers/origin.ts'
import { headcount } from '../../helpers/program.ts'

test('init writes a configuration that is polled, and never over a file', async (t) => {
  const origin = await startOrigin(t)
  const path = join(directoryOf(t), 'own.yml')
  const written = await headcount(t, ['init', path])
  t.deepEqual([written.code, written.stderr], [0, ''])
  t.is(readFileSync(path, 'utf8'), INITIAL_CONFIG)
  const local = INITIAL_CONFIG.replace('https://example.com/\n', `${origin.url}/\n`)
  writeFileSync(path, local)
  t.is((await headcount(t, ['--once', '-c', path])).code, 0)
  const again = await headcount(t, ['init', path])
  t.is(again.code, 3)
  t.is(
    again.stderr,
    `error: init: ${path}: it is there already: name another file, as in headcount init other.yml\n`,
  )
  t.is(readFileSync(path, 'utf8'), local)
})

test('init names what a service, a history and a URL that fails need', (t) => {
  for (const said of [
    /\n# .*not answer.*\n#max-backoff: 10m\n/,
    /\n# .*\/var\/lib\/headcount\/.*\n#history: /,
    /\n# .*history.*history\.db\.alerts.*\n#alert-state: /,
    /after: 2m .*# or after: 5, polls in a row/,
  ])
    t.regex(INITIAL_CONFIG, said)
})

test('init that cannot write all of it leaves no file', async (t) => {
  const path = join(directoryOf(t), 'own.yml')
  // A run that measures coverage writes a file at its end, which the limit would refuse as well.
  const prefix = ['sh', '-c', 'unset NODE_V8_COVERAGE; ulimit -f 0; exec "$0" "$@"']
  const { code, stderr } = await headcount(t, ['init', path], { prefix })
  t.deepEqual([code, stderr], [3, `error: init: ${path}: file too large\n`])
  t.false(existsSync(path))
})

test('each setting of it that is commented out is valid', async (t) => {
  const path = join(directoryOf(t), 'headcount.yml')
  const all = INITIAL_CONFIG.replaceAll(/^#(?! )/gm, '').replaceAll(/^#(?= {2})/gm, '')
  t.true(all.includes('\nlisten: 9115\n') && all.includes('\n  - tcp://db.example:5432\n'))
  writeFileSync(path, all)
  const asked = await readCommand(['-c', path], {})
  t.is(asked.type === 'print' ? asked.text : asked.options.listen?.port, 9115)
})

for (const [argv, message] of [
  [['init', 'a.yml', 'b.yml'], 'error: init: one file is enough: headcount init headcount.yml\n'],
  [['init', ''], 'error: init: the name of the file is empty: headcount init headcount.yml\n'],
  [
    ['init', '--force', 'c.yml'],
    'error: init: it has no flags; a file can follow: headcount init headcount.yml\n',
  ],
  [['init', '--force'], 'error: init: it has no flags; a file can follow: headcount init headcount.yml\n'],
  [['init', '/no/such/folder/x.yml'], 'error: init: /no/such/folder/x.yml: no such file or directory\n'],
  [['completion'], 'error: completion: name one shell: bash, zsh, fish\n'],
  [['completion', 'bahs'], 'error: completion: no completion for "bahs": was bash meant?\n'],
  [
    ['completion', 'powershell'],
    'error: completion: no completion for "powershell": there is one for bash, zsh, fish\n',
  ],
  [['man', '1'], 'error: man: nothing follows it: headcount man | man -l -\n'],
] as const)
  test(`refused: ${argv.join(' ')}`, async (t) => {
    const { code, stdout, stderr } = await headcount(t, argv)
    t.deepEqual({ code, stdout, stderr }, { code: 3, stdout: '', stderr: message })
  })
