import test from 'ava'
import { readCommandLine } from '../../src/command/command-line.ts'
import { FLAGS } from '../../src/command/flag-table.ts'
import { headcount } from '../helpers/program.ts'

for (const argv of [
  ['-h'],
  ['-v'],
  ['--version'],
  ['--help'],
  ['--help', 'certificate'],
  ['--help', '--once'],
  ['--once', '--help', 'TLS'],
])
  test(`${argv.join(' ')}: the program answers as the reader of command lines does`, async (t) => {
    const line = await readCommandLine(argv, FLAGS)
    const { code, stdout, stderr } = await headcount(t, argv)
    t.deepEqual(
      { code, stdout, stderr },
      { code: 0, stdout: line.type === 'print' ? line.text : '', stderr: '' },
    )
  })

test('help about a word that nothing has to do with is refused by the program too', async (t) => {
  const { code, stdout, stderr } = await headcount(t, ['--help', 'teapot'])
  t.deepEqual([code, stdout], [3, ''])
  t.regex(stderr, /^error: --help: no flag/)
})
