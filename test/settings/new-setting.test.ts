import test from 'ava'
import { value } from '../../src/settings/flag.ts'
import type { UrlSetting } from '../../src/settings/url-setting-table.ts'
import { URL_SETTINGS } from '../../src/settings/url-setting-table.ts'
import { DURATION } from '../../src/settings/value-types.ts'

// One row makes a setting everywhere. It is added before the modules that read the table are loaded.

const row: UrlSetting = {
  ...value({
    usage: '--nap <duration>',
    field: 'napMs',
    group: 'Schedule',
    help: 'sleep after lunch',
    type: DURATION,
    default: '1s',
  }),
  label: '__scrape_nap__',
}
;(URL_SETTINGS as unknown as UrlSetting[]).push(row)

const { readCommand } = await import('../../src/command/command.ts')
const { configFlags } = await import('../../src/command/config-flags.ts')
const { FLAGS } = await import('../../src/command/flag-table.ts')
const { readConfig } = await import('../../src/config/read-config.ts')
const { mergeOverrides } = await import('../../src/settings/url-options.ts')
const { parseLine } = await import('../../src/targets/parse-line.ts')
const { overridesOf } = await import('../../src/targets/scrape-labels.ts')
const { configProperties, groupProperties } = await import('../docs/config-schema.ts')
const { settingTable } = await import('../docs/setting-docs.ts')
const { pollOptions } = await import('../helpers/test-poller.ts')

const NAP = { napMs: 2_000 } as object

test('a new row is an option of a line', (t) => {
  t.like(parseLine('https://a.example/ nap=2s'), { overrides: NAP })
  t.deepEqual(parseLine('https://a.example/ nap=soon'), {
    problems: [{ at: 23, why: 'nap: not a duration, such as 250ms, 1.5s, 2m or 1h' }],
  })
})

test('a new row is a key of a configuration and of a group', (t) => {
  const { config, problems } = readConfig(
    'nap: 3s\ngroups:\n  - nap: 2s\n    urls: [https://a.example/]\n',
    'conf.yml',
    configFlags(FLAGS),
    {},
  )
  t.deepEqual(problems, [])
  t.is(config.flags.get('nap')?.value, 3_000)
  t.deepEqual(config.groups[1]?.targets[0]?.overrides, NAP)
})

test('a new row is a label of a Prometheus list', (t) => {
  t.deepEqual(overridesOf({ __scrape_nap__: '2s' }), NAP)
})

test('a new row is a flag and a variable, whose value every poller gets', async (t) => {
  const pollWith = async (argv: string[], env: NodeJS.ProcessEnv = {}) => {
    const request = await readCommand([...argv, 'https://a.example/'], env)
    if (request.type !== 'run') throw new Error(request.text)
    return request.options.poll
  }
  t.like(await pollWith(['--nap', '2s']), NAP)
  t.like(await pollWith([], { HEADCOUNT_NAP: '2s' }), NAP)
  const poll = await pollWith([])
  t.like(poll, { napMs: 1_000 })
  t.like(mergeOverrides(poll, NAP), NAP)
})

test('a new row is in the schema and in the documentation', (t) => {
  const property = {
    description: 'Sleep after lunch. Default: 1s.',
    allOf: [{ $ref: '#/definitions/duration' }],
  }
  t.like(configProperties({}, FLAGS), { nap: property })
  t.like(groupProperties({}, URL_SETTINGS), { nap: property })
  t.true(
    settingTable(URL_SETTINGS).includes(
      '| `nap` | a duration | sleep after lunch; label `__scrape_nap__` in a Prometheus list | 1s |\n',
    ),
  )
})

test('a new row is in the options of the polls of tests', (t) => {
  t.like(pollOptions(), { napMs: 1_000 })
})

test('a row whose name begins with no- is refused, since the command line would take it for another flag', (t) => {
  const nap = { field: 'noNap', group: 'Schedule', help: 'stay awake' } as const
  t.throws(() => value({ ...nap, usage: '--no-nap <duration>', type: DURATION, default: '1s' }), {
    message: 'the name of a flag begins with no-: --no-nap <duration>',
  })
})
