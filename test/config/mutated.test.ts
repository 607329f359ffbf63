import test from 'ava'
import { configFlags } from '../../src/command/config-flags.ts'
import { FLAGS } from '../../src/command/flag-table.ts'
import { configKeys } from '../../src/config/top-level.ts'
import { readConfig } from '../../src/config/read-config.ts'
import { GROUP_KEYS } from '../../src/config/group.ts'
import { seeded } from '../helpers/random.ts'

const SEED = 20261125
const ROUNDS = 1_000
const SECRET = 'hunter2'

const flags = configFlags(FLAGS)
const TOP_KEYS = configKeys(flags)

/** Values of any kind, right in one place and wrong in another. */
const VALUES = [
  '',
  '~',
  '1s',
  '10',
  '0',
  'on',
  'off',
  '"a b"',
  "'it''s'",
  '[]',
  '{}',
  '[1, [2, {a: b}]]',
  '{a: 1, b: [c]}',
  '200..=299',
  '[200, 300..=310]',
  'http://a.example/',
  '[http://a.example/ interval=1s, "http://b.example/ label.x=y"]',
  `https://user:${SECRET}@a.example/`,
  `https://user:${SECRET}@/`,
  `user:${SECRET}@a.example`,
  `"${SECRET}\\0"`,
  '${HOME_OF_X}',
  '${SET}',
  '${',
  '$$',
  '*anchor',
  '&anchor x',
  '|\n  a\n  b',
  '>-\n  a\n  b',
  '!!binary aGk=',
  '!tag x',
  '2026-11-25',
  '"\\ud83d\\ude00"',
  '😀',
  'a.txt',
  '[a.txt, -, ""]',
  '[{url: http://a.example/list, auth: x}]',
  'ftp://a.example/',
]

/** What a slip of the hand, an editor or a template leaves. */
const PIECES = [
  '\t',
  ' ',
  '\n',
  '\r\n',
  ':',
  ': ',
  '- ',
  '#',
  '"',
  "'",
  '[',
  ']',
  '{',
  '}',
  ',',
  '&a ',
  '*a',
  '<<: ',
  '---\n',
  '...\n',
  '%YAML 1.2\n',
  '? ',
  '!',
  '|',
  '>',
  '@',
  '`',
  '\0',
  '\u0007',
  '\ufeff',
  '\u2028',
  '\ud800',
  '😀',
  '${X}',
  '[['.repeat(40),
]

test(`${ROUNDS} configurations with mistakes, seed ${SEED}: each mistake has its place, and no secret is shown`, (t) => {
  const random = seeded(SEED)
  const pick = <T>(from: readonly T[]): T => from[random.below(from.length)] as T
  const entry = (keys: readonly string[], indent: string) => {
    const value = pick(VALUES).replaceAll('\n', `\n${indent}`)
    return `${indent}${pick(keys)}: ${value}\n`
  }
  const entries = (keys: readonly string[], indent: string, most: number) =>
    Array.from({ length: 1 + random.below(most) }, () => entry(keys, indent)).join('')
  for (let round = 0; round < ROUNDS; round++) {
    let text = entries([...TOP_KEYS, 'x-a', '<<', 'nonsense', '__proto__'], '', 6)
    if (random.below(2) === 0) text += `groups:\n  - a: b\n${entries([...GROUP_KEYS, '<<'], '    ', 4)}`
    for (let mistakes = random.below(4); mistakes > 0; mistakes--) {
      const at = random.below(text.length + 1)
      text = text.slice(0, at) + pick(PIECES) + text.slice(at + random.below(3))
    }
    const shown = JSON.stringify(text)
    try {
      const { problems } = readConfig(text, 'conf.yml', flags, { SET: SECRET })
      for (const { position, why } of problems) {
        if (!/^and \d+ more$/.test(why)) t.regex(position, /^conf\.yml:\d+:\d+$/, `${shown} ${why}`)
        t.notRegex(why, /\n|TypeError|undefined|call stack|\[object|resource exhaustion/, shown)
        t.false(why.includes(SECRET), `${shown} ${why}`)
      }
    } catch (error) {
      t.fail(`${shown} ${String((error as Error).stack)}`)
    }
  }
})
