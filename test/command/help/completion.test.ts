import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { FLAGS } from '../../../src/command/flag-table.ts'
import { completion } from '../../../src/command/help/completion.ts'
import { SHELLS, SUB_COMMANDS } from '../../../src/command/help/sub-commands.ts'
import type { Shell } from '../../../src/command/help/sub-commands.ts'
import { directoryOf } from '../../helpers/directory.ts'
import { haveTmux, Terminal } from '../../helpers/tmux.ts'
import { testWith } from '../../helpers/tool.ts'

/** A folder with the script of a shell, a list and a folder. */
function folderOf(t: ExecutionContext, shell: Shell): string {
  const folder = directoryOf(t)
  writeFileSync(join(folder, 'script'), completion(shell, FLAGS))
  writeFileSync(join(folder, 'my urls.txt'), '')
  mkdirSync(join(folder, 'lists'))
  return folder
}

/** What bash offers for the last of these words. */
function offeredByBash(folder: string, words: readonly string[]): string[] {
  const script = `source ./script; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _headcount; printf '%s\\n' "\${COMPREPLY[@]}"`
  return linesOf(
    execFileSync('bash', ['--norc', '-c', script, 'bash', ...words], { cwd: folder, encoding: 'utf8' }),
  )
}

/** What fish offers for the last of these words, without descriptions. It also offers what only contains the letters of a word. */
function offeredByFish(folder: string, words: readonly string[]): string[] {
  const script = 'source ./script; complete -C (string join " " -- $argv)'
  const out = execFileSync('fish', ['--no-config', '-c', script, ...words], { cwd: folder, encoding: 'utf8' })
  const names = linesOf(out).map((line) => line.replace(/\t.*$/, ''))
  return names.filter((name) => name.startsWith(words.at(-1) as string))
}

const linesOf = (text: string) => text.split('\n').filter((line) => line !== '')

const LONG_NAMES = FLAGS.map(({ name }) => `--${name}`)

for (const [shell, offered] of [
  ['bash', offeredByBash],
  ['fish', offeredByFish],
] as const) {
  testWith(shell)(`${shell} completes flags, values, files and commands`, (t) => {
    const folder = folderOf(t, shell)
    const of = (...words: readonly string[]) => offered(folder, ['headcount', ...words]).toSorted()
    t.deepEqual(of('--form'), ['--format'])
    t.deepEqual(of('-f', 'x', '--error'), ['--error-backoff'])
    const all = new Set(of('--'))
    for (const name of LONG_NAMES) t.true(all.has(name), name)
    t.deepEqual(of('--format', 'j'), ['json', 'junit'])
    t.deepEqual(of('--interval', ''), [])
    t.true(of('-f', 'my')[0]?.startsWith('my') === true && of('-f', 'my').length === 1)
    t.deepEqual(of('--once', '--file', 'lis').length, 1)
    t.deepEqual(of('his'), ['history'])
    t.deepEqual(of('--once', 'his'), [])
    t.deepEqual(of('history', ''), ['backup', 'check', 'export', 'import'])
    t.deepEqual(of('history', 'export', 'my').length, 1)
    t.deepEqual(of('history', 'export', '--table', 's'), ['sums'])
    t.deepEqual(of('history', '--onc'), [])
    t.deepEqual(of('export-page', 'pages', '--onc'), ['--once'])
    t.deepEqual(of('notify', 'ops', '--status', 'f'), ['firing'])
    t.deepEqual(of('completion', ''), [...SHELLS].toSorted())
  })
}

testWith('bash')('bash completes a value after an equals sign', (t) => {
  const folder = folderOf(t, 'bash')
  t.deepEqual(offeredByBash(folder, ['headcount', '--format', '=', 'ju']), ['junit'])
  t.deepEqual(offeredByBash(folder, ['headcount', '--format', '=']).length, 11)
})

// Completion of zsh needs its line editor, and that a terminal.
const onZsh = haveTmux ? testWith('zsh') : test.skip
onZsh('zsh completes flags, values, files and commands', async (t) => {
  const folder = folderOf(t, 'zsh')
  const terminal = await Terminal.open(t, 100, 40)
  await terminal.type(`cd ${folder} && PS1='%%%# ' exec zsh -f\n`)
  await terminal.type(
    'autoload -U compinit; compinit -u -D; source ./script; bindkey "^U" kill-whole-line; clear; echo READY\n',
  )
  await terminal.until((screen) => screen.includes('READY\n'))
  const completes = async (typed: string, wanted: string) => {
    await terminal.type(typed)
    await terminal.press('Tab')
    t.true((await terminal.until((screen) => screen.includes(wanted))).includes(wanted), typed)
    await terminal.press('C-u')
    await terminal.type('clear\n')
    await terminal.until((screen) => !screen.includes('headcount'))
  }
  await completes('headcount --form', '--format=')
  await completes('headcount --error', '--error-backoff=')
  await completes('headcount --format=ju', '--format=junit')
  await completes('headcount -f my', String.raw`-f my\ urls.txt`)
  await completes('headcount his', 'headcount history')
  await completes('headcount history bac', 'history backup')
  await completes('headcount history export my', String.raw`export my\ urls.txt`)
  await completes('headcount export-page lis', 'export-page lists/')
  await completes('headcount export-page lists --onc', '--once')
  await completes('headcount completion z', 'completion zsh')
  await completes('headcount --no-g', '--no-get-fallback')
  await completes('headcount ', 'write a configuration with comments')
})

test('every command and flag is in the script of each shell', (t) => {
  for (const shell of SHELLS) {
    const script = completion(shell, FLAGS)
    for (const { name } of SUB_COMMANDS) t.true(script.includes(name), `${shell} ${name}`)
    for (const { name } of FLAGS) t.true(script.includes(name), `${shell} ${name}`)
  }
})
