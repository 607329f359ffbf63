import test from 'ava'
import { readSubCommandLine } from '../../src/command/sub-command-line.ts'
import { runAlerts } from '../../src/command/run-alerts.ts'
import { runSilence } from '../../src/command/run-silence.ts'
import { subCommand } from '../../src/command/help/sub-commands.ts'

test('flags have values and stand anywhere; what is wrong is said', (t) => {
  const read = (...argv: string[]) => readSubCommandLine(subCommand('silence'), argv)
  t.deepEqual(read('a=b', '--for', '2h', '--comment=a b', 'c=d'), {
    type: 'line',
    flags: new Map([
      ['for', '2h'],
      ['comment', 'a b'],
    ]),
    words: ['a=b', 'c=d'],
  })
  const why = (...argv: string[]) => {
    const line = read(...argv)
    return line.type === 'mistake' ? line.why : line.type
  }
  t.is(why('--for'), '--for needs a value')
  t.is(why('--for', '--author', 'me'), '--for needs a value')
  t.is(why('--for=1h', '--for=2h'), '--for is there twice')
  t.is(why('--auther', 'me'), 'unknown option "--auther": was --author meant?')
  t.is(why('-x'), 'unknown option "-x": see headcount silence --help')
  t.is(why('--format', 'xml'), '--format: unknown value "xml" (known: text, json)')
  t.is(why('-h'), 'help')
})

for (const [command, argv, said] of [
  ['silence', ['team'], '"team" is not LABEL=VALUE, such as team=web'],
  ['silence', ['team=web'], 'say how long it lasts, such as --for 2h'],
  ['silence', ['team=web', '--for', '2x'], '--for: not a duration, such as 250ms, 1.5s, 2m or 1h'],
  [
    'silence',
    ['--for', '2h'],
    '--for is for a new silence: say of which alerts, such as headcount silence team=web --for 2h',
  ],
  ['silence', ['--end', 'a', '--for', '2h'], '--for has no effect with --end'],
  ['silence', ['--end', 'a', 'b'], '--end ends one silence by its id: nothing else follows'],
  ['silence', ['--server', '127.0.0.1:9115'], null],
  ['alerts', ['rules.yml'], 'a file needs --test: headcount alerts --test rules.yml'],
  [
    'alerts',
    ['--test', 'a.yml', '--server', 'http://a/'],
    '--server has no effect with --test, which asks nobody',
  ],
] as const)
  test(`a mistake on the command line: ${command} ${argv.join(' ')}`, async (t) => {
    const lines: string[] = []
    const run = command === 'alerts' ? runAlerts : runSilence
    t.is(await run(argv, (line) => lines.push(line), {}), 3)
    t.is(lines.length, 1)
    if (said === null)
      t.regex(lines[0] ?? '', /^error: silence: --server: .*such as http:\/\/127\.0\.0\.1:9115\n$/)
    else t.is(lines[0], `error: ${command}: ${said}\n`)
  })
