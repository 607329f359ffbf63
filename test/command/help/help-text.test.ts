import test from 'ava'
import { FLAGS } from '../../../src/command/flag-table.ts'
import { fullHelp, searchHelp } from '../../../src/command/help/help-text.ts'
import { NEXT_STEPS, SHORT_HELP, USUAL_FLAGS } from '../../../src/command/help/short-help.ts'
import { SUB_COMMANDS } from '../../../src/command/help/sub-commands.ts'
import { GROUPS } from '../../../src/settings/flag.ts'

const longest = (text: string) => Math.max(...text.split('\n').map((line) => line.length))
const usages = (text: string) =>
  [...text.matchAll(/^ +(?:-\w, )?(--[a-z0-9-]+)/gm)].map(([, name]) => name as string)

test('the short help is one screen, of flags as the table has them', (t) => {
  t.true(SHORT_HELP.split('\n').length - 1 <= 23, 'one line is left for the prompt')
  t.true(longest(SHORT_HELP) < 80)
  t.is(USUAL_FLAGS.length, 10)
  for (const { usage } of USUAL_FLAGS)
    t.true(
      FLAGS.some((flag) => flag.usage === usage),
      usage,
    )
  for (const { name } of SUB_COMMANDS) t.true(SHORT_HELP.includes(name), name)
})

test('what to type next is eight lines', (t) => {
  t.is(NEXT_STEPS.split('\n').length - 1, 8)
  t.true(longest(NEXT_STEPS) <= 80)
})

test('the whole help has every group and keeps to the width', (t) => {
  for (const width of [80, 100]) {
    const help = fullHelp(FLAGS, width)
    t.true(longest(help) <= width, String(width))
    for (const group of [...GROUPS, 'Help']) t.true(help.includes(`\n${group}:\n`), group)
    for (const { name } of SUB_COMMANDS) t.regex(help, new RegExp(`^  ${name}\\b`, 'm'))
  }
})

test('help about a word: names, meanings, choices, groups and commands', (t) => {
  const found = (word: string) => usages(searchHelp(FLAGS, word, 80) ?? '')
  t.deepEqual(found('backoff'), ['--interval', '--error-backoff', '--max-backoff'])
  t.deepEqual(found('--FORMAT'), found('format'))
  t.true(found('format').includes('--format'))
  t.deepEqual(found('junit'), ['--format'])
  t.deepEqual(
    found('schedule'),
    FLAGS.filter(({ group }) => group === 'Schedule').map(({ name }) => `--${name}`),
  )
  for (const word of ['line', 'setting', 'label'])
    t.regex(searchHelp(FLAGS, word, 80) ?? '', /on a\s+line\s+of\s+a\s+list,\s+without\s+dashes/, word)
  t.regex(searchHelp(FLAGS, 'schemes', 80) ?? '', /\nSchemes of URLs: http, https, [^.]* grpcs/)
  t.regex(searchHelp(FLAGS, 'signal', 80) ?? '', /Signals: SIGTERM and SIGINT/)
  t.regex(searchHelp(FLAGS, 'zsh', 80) ?? '', /^Commands .*\n {2}completion /)
  t.regex(searchHelp(FLAGS, 'slack', 80) ?? '', /^Keys of a configuration .*\n {2}receivers\.NAME\.slack /)
  t.regex(searchHelp(FLAGS, 'alerts', 160) ?? '', /alerts\[\]\.down .*\{ after: 5 \}: 5 polls in a row/)
  t.is(searchHelp(FLAGS, 'teapot', 80), null)
  t.deepEqual(found('ci'), [], 'not descriptors')
  t.true(found('body').includes('--body'))
  t.notRegex(searchHelp(FLAGS, 'body', 80) ?? '', /somebody/)
  t.false(found('list').includes('--listen'), 'words that begin so come only where nothing has the word')
  t.true(found('redir').includes('--max-redirects'))
  t.true(found('-f').includes('--file'))
})
