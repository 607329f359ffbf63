import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { readCommand } from '../../src/command/command.ts'
import { FORMAT_NAMES } from '../../src/print/text/formats.ts'
import { directoryOf } from '../helpers/directory.ts'
import { headcount } from '../helpers/program.ts'
import { refusalOf } from '../helpers/refusal.ts'

const URL = 'http://127.0.0.1/'

for (const [argv, message] of [
  [['hisotry'], 'error: argument 1: neither a URL nor a command: was history meant?\n'],
  [['intit'], 'error: argument 1: neither a URL nor a command: was init meant?\n'],
  [['help'], 'error: argument 1: neither a URL nor a command: was headcount --help meant?\n'],
  [['version'], 'error: argument 1: neither a URL nor a command: was headcount --version meant?\n'],
  [['--version=1'], 'error: --version: it takes no value (--help lists the flags)\n'],
  [
    ['no-such/urls.txt'],
    'error: argument 1: a URL begins with https:// or http://; a list would be read with -f, but there is no file no-such/urls.txt\n',
  ],
  ...(['accept=503', 'http://127.0.0.1/ accept=503', 'header.X-Team=web'] as const).map(
    (argument) =>
      [
        [argument],
        `error: argument 1: on the command line a setting is a flag, --${argument.startsWith('header') ? 'header' : 'accept'}, for all URLs; without dashes it follows a URL on a line of a list\n`,
      ] as const,
  ),
  [
    [URL, 'label.team=web'],
    'error: argument 2: a label follows a URL on a line of a list, not on the command line\n',
  ],
  [
    ['--format', 'JSON', URL],
    `error: --format: must be one of auto, ${FORMAT_NAMES.join(', ')}: was json meant?\n`,
  ],
  [['--once', 'history'], 'error: argument 1: history has to be the first argument\n'],
  [['-once', URL], 'error: unknown option -once: was --once meant? (--help lists the flags)\n'],
  [
    ['--format', 'tabel', URL],
    `error: --format: must be one of auto, ${FORMAT_NAMES.join(', ')}: was table meant?\n`,
  ],
  [['--format', 'xml', URL], `error: --format: must be one of auto, ${FORMAT_NAMES.join(', ')}\n`],
  [
    ['--help', 'teapot'],
    'error: --help: no flag, command or key of a configuration has to do with "teapot" (--help lists the flags; headcount man is the whole manual)\n',
  ],
] as const)
  test(argv.join(' '), async (t) => t.is(await refusalOf(argv), message))

test('a file as an argument is most likely a list or a configuration', async (t) => {
  const directory = directoryOf(t)
  const [list, config] = [join(directory, 'urls.txt'), join(directory, 'own.yml')]
  for (const path of [list, config]) writeFileSync(path, '')
  t.is(await refusalOf([URL, list]), `error: argument 2: it is a file: read it as a list with -f ${list}\n`)
  t.is(
    await refusalOf([config]),
    `error: argument 1: it is a file: read it as a list with -f ${config}; if it is a configuration, with -c ${config}\n`,
  )
})

test('folders, long words and names of hosts are left to the reader of lists', async (t) => {
  const directory = directoryOf(t)
  mkdirSync(join(directory, 'lists'))
  for (const argument of [directory, 'x'.repeat(5_000), 'man.example', 'a\0b', 'name=x', 'a accept=1'])
    t.is((await readCommand([argument], { HEADCOUNT_FORMAT: 'log' })).type, 'run', argument.slice(0, 40))
})

for (const [name, text, flag, message] of [
  [
    'own.yml',
    'interval: 1s\nurls: [http://127.0.0.1/]\n',
    '-f',
    ':1:1: not a list of target groups; this looks like a configuration: read it with -c\n',
  ],
  [
    'own.yml',
    'modules: {}\n',
    '-f',
    ':1:1: not a list of target groups; this looks like modules of /probe: read them with --probe-config\n',
  ],
  [
    'own.json',
    '{"scrape_configs": []}',
    '-f',
    ':1:1: not a list of target groups; this looks like the configuration of Prometheus: the files of its file_sd_configs are lists\n',
  ],
  ['own.json', '{"a": []}', '-f', ':1:1: not a list of target groups\n'],
  [
    'urls.txt',
    '# mine\n\nhttp://127.0.0.1/ interval=5s\n  http://127.0.0.2/\n',
    '-c',
    ':3:1: this looks like a list, not a configuration: read it with -f\n',
  ],
  [
    'sd.yml',
    '- targets: [http://127.0.0.1/]\n',
    '-c',
    ':1:1: this looks like a list, not a configuration: read it with -f\n',
  ],
] as const)
  test(`${flag} with ${name}: ${text}`, async (t) => {
    const path = join(directoryOf(t), name)
    writeFileSync(path, text)
    const { code, stdout, stderr } = await headcount(t, ['--once', flag, path])
    t.deepEqual({ code, stdout, stderr }, { code: 3, stdout: '', stderr: `error: ${path}${message}` })
  })

test('URLs that a comma joins are one URL, and a warning', async (t) => {
  const { code, stdout, stderr } = await headcount(t, ['--check', 'http://127.0.0.1/,http://127.0.0.2/'])
  t.deepEqual([code, stdout.split(',')[0]], [0, '1 URL'])
  t.regex(stderr, /^argument 1: a comma and another URL are taken as part of this URL: .*\n$/)
})
