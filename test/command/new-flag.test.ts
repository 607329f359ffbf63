import test from 'ava'
import { readCommandLine } from '../../src/command/command-line.ts'
import { configFlags } from '../../src/command/config-flags.ts'
import { readEnvironment } from '../../src/command/environment.ts'
import { value } from '../../src/settings/flag.ts'
import { FLAGS } from '../../src/command/flag-table.ts'
import { readConfig } from '../../src/config/read-config.ts'
import { DURATION } from '../../src/settings/value-types.ts'
import { flagTables, sourceTable } from '../docs/flag-docs.ts'

// One row makes a flag everywhere.

const row = value({
  usage: '--nap <duration>',
  field: 'napMs',
  group: 'Schedule',
  help: 'sleep after lunch',
  type: DURATION,
  default: '1s',
})
const flags = [...FLAGS, row]

test('a new row is a flag of the command line', async (t) => {
  const line = await readCommandLine(['--nap', '2s'], flags)
  t.is(line.type === 'flags' ? line.layer.get('nap')?.value : line, 2_000)
  t.is((await readCommandLine(['--nap', '2s'], FLAGS)).type, 'invalid')
})

test('a new row is in the help, in its group', async (t) => {
  const help = await readCommandLine(['--help'], flags)
  t.regex(
    help.type === 'print' ? help.text : '',
    /^Schedule:\n(?: .*\n)*  +--nap <duration> +sleep after lunch \(default: 1s\)$/m,
  )
})

test('a new row is an environment variable', (t) => {
  const { layer, unknown } = readEnvironment({ HEADCOUNT_NAP: '2s' }, flags)
  t.deepEqual([layer.get('nap')?.value, unknown], [2_000, []])
})

test('a new row is a key of a configuration', (t) => {
  const { config, problems } = readConfig('nap: 2s\n', 'conf.yml', configFlags(flags), {})
  t.deepEqual([config.flags.get('nap')?.value, problems], [2_000, []])
})

test('a new row is in the tables of the documentation', (t) => {
  t.regex(
    flagTables(flags),
    /^\*\*Schedule\*\*\n\n(?:\|.*\n)*\| `--nap <duration>` \| sleep after lunch \| 1s \|$/m,
  )
  t.true(sourceTable(flags).includes('| `--nap` | `HEADCOUNT_NAP` | `nap` |\n'))
})
