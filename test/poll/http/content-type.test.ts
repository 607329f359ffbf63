import test from 'ava'
import { guessContentType } from '../../../src/poll/http/content-type.ts'

const GUESSES: readonly (readonly [body: string, type: string])[] = [
  ['{"a": 1}', 'application/json'],
  [' [1, 2]\n', 'application/json'],
  ['"text"', 'application/json'],
  ['{"a": 1', 'text/plain; charset=utf-8'],
  ['a=1', 'application/x-www-form-urlencoded'],
  ['a=1&b%5B%5D=x+y&c=', 'application/x-www-form-urlencoded'],
  ['a=1 and b=2', 'text/plain; charset=utf-8'],
  ['1', 'text/plain; charset=utf-8'],
  ['', 'text/plain; charset=utf-8'],
  ['größe', 'text/plain; charset=utf-8'],
  ['<?xml version="1.0"?><a/>', 'application/xml'],
]

for (const [body, type] of GUESSES)
  test(`${JSON.stringify(body)} is ${type}`, (t) => t.is(guessContentType(Buffer.from(body)), type))

test('bytes that are not UTF-8 are of no known type', (t) => {
  t.is(guessContentType(Buffer.of(0x7b, 0xff)), 'application/octet-stream')
})

test('the guess takes no longer for a long body that is almost a form', (t) => {
  t.is(guessContentType(Buffer.from('a'.repeat(1 << 20))), 'text/plain; charset=utf-8')
  t.is(guessContentType(Buffer.from('a=1&'.repeat(1 << 18))), 'text/plain; charset=utf-8')
})
