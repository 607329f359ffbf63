import test from 'ava'
import { readCommand } from '../../src/command/command.ts'
import { FLAGS } from '../../src/command/flag-table.ts'
import { seeded } from '../helpers/random.ts'

const SEED = 20261125
const ROUNDS = 500
const URL = 'http://127.0.0.1/'

/** Texts that people, scripts and shells put where a value belongs. */
const ODD = [
  '',
  ' ',
  '0',
  '-0',
  '-1',
  '+1',
  '1',
  '1.5',
  '.5',
  '1e3',
  '0x10',
  '1_000',
  '1,5',
  '٣',
  '１',
  'NaN',
  'Infinity',
  'null',
  'true',
  '9'.repeat(30),
  '9'.repeat(400),
  '1s',
  '0s',
  '00001s',
  '1S',
  '1 s',
  '480h',
  '481h',
  '0.0000001ms',
  '200..=299',
  '100..=999',
  '200..=',
  '..',
  ',',
  '200,,300',
  '999',
  '1000',
  '127.0.0.1',
  '127.0.0.1:53',
  '[::1]:53',
  '[::1]',
  '::1',
  '[::1]:0',
  'fe80::1%eth0',
  'a: b',
  ': b',
  'a:',
  'ä: ö',
  'a: b\r\nc: d',
  '__proto__: x',
  'constructor',
  '__proto__',
  'http://',
  'http://a/',
  'http://127.0.0.1:99999/',
  'HTTP://[::1',
  'file:///etc/passwd',
  '/',
  '/dev/null',
  '/dev/zero',
  '/proc/self/mem',
  '.',
  '..',
  '~',
  'a'.repeat(300),
  'a/'.repeat(5_000),
  '\u0007',
  '\u001b[2J',
  '\u202e',
  '\u{1f600}',
  '\ud800',
  '\n',
  'a\nb',
  '%s',
  '$(id)',
  '--',
  '-',
  '--once',
  '-h=',
  '--=',
  '--no-',
  '---',
  'auto',
  'json',
  'table',
  'HEAD',
  'get',
]

/** What nobody can see, and what would move a cursor. */
// oxlint-disable-next-line no-control-regex
const UNPRINTABLE = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/

// A file that is named is opened for reading only: --output is not part of it, --check and --plan print instead of polling.
const flags = FLAGS.filter(({ name }) => name !== 'output')

test(`${ROUNDS} command lines and environments of odd values, seed ${SEED}: each is taken, or refused in printable lines`, async (t) => {
  const random = seeded(SEED)
  const pick = <T>(from: readonly T[]): T => from[random.below(from.length)] as T
  for (let round = 0; round < ROUNDS; round++) {
    const argv: string[] = []
    const env: Record<string, string> = {}
    for (let more = 1 + random.below(4); more > 0; more--) {
      const flag = pick(flags)
      const long = `--${random.below(4) === 0 ? 'no-' : ''}${flag.name}`
      const short = /^-\w/.exec(flag.usage)?.[0] ?? long
      const value = pick(ODD)
      const ways: (() => unknown)[] = [
        () => argv.push(long, value),
        () => argv.push(`${long}=${value}`),
        () => argv.push(short + value),
        () => argv.push(long),
        () => argv.push(value),
        () => (env[`HEADCOUNT_${flag.name.replaceAll('-', '_').toUpperCase()}`] = value),
        () => (env[`HEADCOUNT_${value}`] = value),
      ]
      pick(ways)()
    }
    if (random.below(2) === 0) argv.push(URL)
    const shown = JSON.stringify([argv, env])
    try {
      const asked = await readCommand(argv, env)
      const text = asked.type === 'run' ? asked.notices.join('\n') : asked.text
      t.notRegex(text, UNPRINTABLE, shown)
      t.notRegex(text, /\n\s+at |TypeError|undefined|\[object/, `${shown} ${text}`)
      if (asked.type === 'print') t.true(text.endsWith('\n'), shown)
      if (asked.type === 'print' && !asked.ok)
        for (const line of text.trimEnd().split('\n')) t.regex(line, /^.+: ./, shown)
    } catch (error) {
      t.fail(`${shown} ${String(error)}`)
    }
  }
})
