import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { readCommand } from '../../src/command/command.ts'
import { FLAGS } from '../../src/command/flag-table.ts'
import type { Flag } from '../../src/settings/flag.ts'
import type { Options } from '../../src/command/options.ts'
import { directoryOf } from '../helpers/directory.ts'
import { refusalOf } from '../helpers/refusal.ts'

const URL = 'http://127.0.0.1/'

/** The format is set, since its default depends on where the tests run: on a terminal or not. */
async function optionsOf(argv: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Options> {
  const asked = await readCommand([...argv, URL], { HEADCOUNT_FORMAT: 'log', ...env })
  if (asked.type === 'print') throw new Error(asked.text)
  return asked.options
}

/** Switches that need another flag. */
const NEEDED: Readonly<Record<string, readonly string[]>> = { 'fail-fast': ['--once'], strict: ['--once'] }

const switches = FLAGS.filter(({ takes, name }) => takes === 'switch' && name !== 'check' && name !== 'plan')
for (const { name } of switches) {
  test(`--${name} and --no-${name}: the last one holds, and both come before the environment`, async (t) => {
    const asked: typeof optionsOf = (argv, env) => optionsOf([...(NEEDED[name] ?? []), ...argv], env)
    const variable = `HEADCOUNT_${name.replaceAll('-', '_').toUpperCase()}`
    const on = await asked([`--${name}`])
    const off = await asked([`--no-${name}`])
    t.notDeepEqual(on, off)
    t.deepEqual(await asked([`--no-${name}`, `--${name}`]), on)
    t.deepEqual(await asked([`--${name}`, `--no-${name}`]), off)
    t.deepEqual(await asked([], { [variable]: '1' }), on)
    t.deepEqual(await asked([], { [variable]: '0' }), off)
    t.deepEqual(await asked([`--no-${name}`], { [variable]: '1' }), off)
    t.deepEqual(await asked([`--${name}`], { [variable]: '0' }), on)
  })
}

test('several values of the command line take the place of those of the environment', async (t) => {
  const env = { HEADCOUNT_HEADER: 'X-Env: 1', HEADCOUNT_FILE: 'env.txt' }
  t.deepEqual((await optionsOf(['-H', 'X-A: 1', '-H', 'X-B: 2'], env)).poll.headers, [
    ['X-A', '1'],
    ['X-B', '2'],
  ])
  t.deepEqual((await optionsOf(['-f', 'a', '-f', 'b'], env)).files, ['a', 'b'])
  t.deepEqual((await optionsOf([], env)).files, ['env.txt'])
})

test('of a value given twice the last one counts; a file given twice is refused', async (t) => {
  t.is((await optionsOf(['-i', '1s', '--interval', '2s'])).poll.intervalMs, 2_000)
  for (const flag of ['config', 'cacert', 'cert', 'key', 'history']) {
    t.is(
      await refusalOf([`--${flag}`, '/a', `--${flag}`, '/b', URL]),
      `error: --${flag}: given 2 times, but only one file can be given\n`,
    )
  }
})

test('all mistakes are reported at once, with what was typed', async (t) => {
  t.is(
    await refusalOf(['-i', '5', '-p', '0', URL], { HEADCOUNT_TIMEOUT: 'soon', HEADCOUNT_INTERVAL: 'x' }),
    'error: --interval: not a duration: did you mean 5s?\n' +
      'error: --pool-size: not a whole number from 1 to 1024\n' +
      'error: HEADCOUNT_INTERVAL: not a duration, such as 250ms, 1.5s, 2m or 1h\n' +
      'error: HEADCOUNT_TIMEOUT: not a duration, such as 250ms, 1.5s, 2m or 1h\n',
  )
  t.is(
    await refusalOf([URL], { HEADCOUNT_FORMAT: 'csv' }),
    'error: HEADCOUNT_FORMAT: csv is one document and needs --once\n',
  )
  t.is(await refusalOf([URL], { HEADCOUNT_CERT: 'a.pem' }), 'error: HEADCOUNT_CERT: --key is needed too\n')
})

test('the format of standard output is that of the stronger source', async (t) => {
  t.is((await optionsOf(['--once', '--output', '-:csv'])).format, 'csv')
  t.is((await optionsOf(['--format', 'json'], { HEADCOUNT_OUTPUT: '-:csv' })).format, 'json')
  t.is(
    await refusalOf(['--output', '-:csv', URL], { HEADCOUNT_FORMAT: 'json' }),
    'error: --output: csv is one document and needs --once\n',
  )
  t.is(
    await refusalOf(['--output', '-:csv', '--format', 'json', URL]),
    'error: --output: standard output cannot be csv: --format says json\n',
  )
})

const SECRET = 'hunter2-s3cret'
/** Values that are refused, each with a secret in it. */
const SECRETS = [
  SECRET,
  `https://user:${SECRET}@`,
  `https://user:${SECRET}@h:0/`,
  `user:${SECRET}@h.example`,
  `h.example/?token=${SECRET}`,
  `//h.example/?token=${SECRET}`,
  `Authorization ${SECRET}`,
  `Authorization: ${SECRET}\u0007`,
  `-----BEGIN PRIVATE KEY-----\n${SECRET}\n`,
  `ftp://user:${SECRET}@h/`,
]

/** A name of a file that can't be read is shown, but for what is no name. */
function isSecretOf({ name, takes }: Flag, text: string): boolean {
  return (takes !== 'path' && name !== 'file' && name !== 'output') || /:\/\/|\n/.test(text)
}

for (const flag of FLAGS.filter(({ takes }) => takes !== 'switch')) {
  test(`a secret in a value of --${flag.name} that is refused is not shown`, async (t) => {
    const variable = `HEADCOUNT_${flag.name.replaceAll('-', '_').toUpperCase()}`
    for (const text of SECRETS.filter((one) => isSecretOf(flag, one))) {
      for (const asked of [
        await readCommand([`--${flag.name}`, text, URL], {}),
        await readCommand([`--${flag.name}=${text}`, URL], {}),
        await readCommand([URL], { [variable]: text }),
      ]) {
        if (asked.type === 'print') t.false(asked.text.includes(SECRET), asked.text)
        else t.false(asked.notices.join().includes(SECRET), asked.notices.join())
      }
    }
  })
}

test('an unknown flag is reported without its value, with the closest flag', async (t) => {
  const unknown = (argument: string) => refusalOf([argument, URL])
  t.is(
    await unknown(`--heder=Authorization: ${SECRET}`),
    'error: unknown option --heder: was --header meant? (--help lists the flags)\n',
  )
  t.is(await unknown(`-z${SECRET}`), 'error: unknown option -z (--help lists the flags)\n')
  t.is(await unknown(`-4z${SECRET}`), 'error: unknown option -z (--help lists the flags)\n')
  t.is(
    await unknown(`--${SECRET} ${SECRET}`),
    'error: unknown option an argument that begins with a dash (--help lists the flags)\n',
  )
  t.is(
    await unknown('--once=yes'),
    'error: --once: it takes no value; a switch is turned off with no- before its name\n',
  )
  t.is(await refusalOf([URL, '-i']), 'error: --interval: it needs a value (--help lists the flags)\n')
})

test('help names every flag, and shows a default where there is one', async (t) => {
  const asked = await readCommand(['--help'], {})
  const help = asked.type === 'print' ? asked.text.replaceAll(/\s+/g, ' ') : ''
  for (const { usage, initialText } of FLAGS) {
    t.true(help.includes(usage), usage)
    if (initialText !== null) t.true(help.includes(`default: ${initialText})`), usage)
  }
  t.notRegex(help, /default: (?:\[\]|null|undefined)/)
})

test('help and version come before what is wrong with other flags', async (t) => {
  for (const flag of ['--help', '--version']) {
    const asked = await readCommand([flag, '-i', 'x'], { HEADCOUNT_ONCE: 'maybe' })
    t.true(asked.type === 'print' && asked.ok)
  }
})

const useless = test.macro({
  exec: async (t, argv: string[], why: RegExp) => {
    t.regex(await refusalOf([...argv, URL]), why)
  },
  title: (_, argv: string[]) => `useless: ${argv.join(' ')}`,
})
for (const mode of ['--check', '--plan']) {
  for (const flag of [
    ['--format', 'json'],
    ['--output', '/nowhere/x'],
    ['--changes'],
    ['--once'],
    ['--duration', '1s'],
  ])
    test(useless, [mode, ...flag], new RegExp(`^error: ${flag[0]}: it has no effect with ${mode}`))
}
for (const flag of [
  ['--changes'],
  ['--status-interval', '1s'],
  ['--error-backoff', '1s'],
  ['--allow-shrink'],
])
  test(useless, ['--once', ...flag], new RegExp(`^error: ${flag[0]}: it has no effect with --once`))
test(useless, ['--format', 'quiet', '--changes'], /^error: --changes: it has no effect with --format quiet/)
test(useless, ['--check', '--plan'], /^error: --check: it cannot be used with --plan/)

test('the environment holds for many runs: what is of no use there is no mistake', async (t) => {
  const env = { HEADCOUNT_FORMAT: 'csv', HEADCOUNT_OUTPUT: '/nowhere/x', HEADCOUNT_STATUS_INTERVAL: '1s' }
  t.true((await optionsOf(['--check'], env)).check)
  t.true((await optionsOf(['--plan', '--no-once', '--no-changes'], env)).plan)
})

test('variables that set nothing are reported as notices', async (t) => {
  const asked = await readCommand([URL], { HEADCOUNT_INTERVALL: '5s' })
  t.true(asked.type === 'run')
  if (asked.type === 'run')
    t.deepEqual(
      asked.notices.filter((line) => line.startsWith('HEADCOUNT')),
      ['HEADCOUNT_INTERVALL is set, and there is no such flag: was HEADCOUNT_INTERVAL meant?'],
    )
})

test('a variable that the configuration puts in is known', async (t) => {
  const file = join(directoryOf(t), 'conf.yml')
  writeFileSync(file, 'headers: {X-A: "${HEADCOUNT_TEST_TOKEN:-none}"}\n')
  const asked = await readCommand(['-c', file, URL], { HEADCOUNT_TEST_TOKEN: 'x', HEADCOUNT_TEST_TOKEM: 'x' })
  t.deepEqual(asked.type === 'run' ? asked.notices.filter((line) => line.startsWith('HEADCOUNT')) : asked, [
    'HEADCOUNT_TEST_TOKEM is set, and there is no such flag',
  ])
})

test('mistakes in the modules of /probe refuse the run; --check reports them with those of the lists', async (t) => {
  const file = join(directoryOf(t), 'blackbox.yml')
  writeFileSync(file, 'modules: {a: {prober: tcp, tcp: {tls: 1}}}\n')
  const line = ['--listen', '0', '--probe-config', file, URL]
  const problem = `${file}:1:39: tls: must be true or false`
  t.is(await refusalOf(line), `${problem}\n`)
  const check = await readCommand(['--check', '--probe-config', file, URL], {})
  t.deepEqual(check.type === 'run' && [check.notices, check.probes?.problems], [
    [`error: ${problem}`],
    [problem],
  ])
  t.is(
    await refusalOf(['--listen', '0', '--probe-config', '/nowhere', URL]),
    '/nowhere: no such file or directory\n',
  )
  writeFileSync(file, 'modules: {}\n')
  t.is(
    await refusalOf(['--probe-config', file, URL]),
    'error: --probe-config: it has no effect without --listen, which serves /probe\n',
  )
})
