import { execFileSync, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { FLAGS } from '../../../src/command/flag-table.ts'
import { manPage } from '../../../src/command/help/man-page.ts'
import { testWith } from '../../helpers/tool.ts'

const page = fileURLToPath(new URL('../../../packaging/headcount.1', import.meta.url))

testWith('mandoc', null)('mandoc finds nothing to say of the manual page', (t) => {
  const { status, stdout } = spawnSync('mandoc', ['-T', 'lint', page], { encoding: 'utf8' })
  t.is(stdout, '')
  t.is(status, 0)
})

testWith('man')('man shows every flag of the manual page', (t) => {
  const env = { ...process.env, MANWIDTH: '100', MANPAGER: 'cat', LC_ALL: 'C.UTF-8', MAN_KEEP_FORMATTING: '' }
  const shown = spawnSync('man', ['--warnings', '-l', page], { encoding: 'utf8', env })
  t.is(shown.stderr, '')
  t.is(shown.status, 0)
  t.regex(shown.stdout, /^HEADCOUNT\(1\)/)
  for (const { name } of FLAGS) t.regex(shown.stdout, new RegExp(`^ +(?:-\\w, )?--${name}(?: |$)`, 'm'))
})

testWith('mandoc', null)('nothing of a text is a request to roff', (t) => {
  const [first] = FLAGS
  const help = String.raw`.so /etc/passwd is \fBno\fP request, nor is 'this`
  const source = manPage([{ ...(first as (typeof FLAGS)[number]), usage: '--odd <a b>', help }])
  const shown = execFileSync('mandoc', ['-T', 'ascii'], { input: source, encoding: 'utf8' })
  t.true(shown.replaceAll(/\s+/g, ' ').includes(help), shown)
})
