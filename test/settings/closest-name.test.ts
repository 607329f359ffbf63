import test from 'ava'
import { closestName } from '../../src/settings/closest-name.ts'

const KNOWN = ['auth', 'body', 'cert', 'interval', 'json', 'label', 'https']

for (const [typed, meant] of [
  ['intervall', 'interval'],
  ['Interval', 'interval'],
  ['jsno', 'json'],
  ['nterval', 'interval'],
  ['htps', 'https'],
  ['ttps', 'https'],
  ['text', null],
  ['such', null],
  ['x', null],
  ['', null],
] as const)
  test(`${typed}: ${meant}`, (t) => {
    t.is(closestName(typed, KNOWN), meant)
  })
