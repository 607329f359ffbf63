import test from 'ava'
import { escapeUnprintable, quote, redactName } from '../../src/settings/quote.ts'

test('a piece of a list is quoted, escaped and cut', (t) => {
  t.is(quote('plain'), '"plain"')
  t.is(quote('a"b\\c\n\u001b[31m'), '"a\\"b\\\\c\\n\\u001b[31m"')
  t.is(quote('\u007f\u0085\u200b\u202e\u2028\ufeff'), '"\\u007f\\u0085\\u200b\\u202e\\u2028\\ufeff"')
  t.is(quote('x'.repeat(40)), `"${'x'.repeat(40)}"`)
  t.is(quote('x'.repeat(41)), `"${'x'.repeat(39)}…"`)
  t.is(quote(`${'x'.repeat(38)}😀${'x'.repeat(9)}`), `"${'x'.repeat(38)}…"`)
})

test('invisible characters are escaped', (t) => {
  t.is(quote('a\u00adb\u{e0041}c\ufe0f\u3164\ufff9'), '"a\\u00adb\\udb40\\udc41c\\ufe0f\\u3164\\ufff9"')
  t.is(escapeUnprintable('\u200d\u{e0041}'), '\\u200d\\udb40\\udc41')
})

test('the name of a file is quoted only where it would not print as it is', (t) => {
  t.is(redactName('/lists/urls of müller.txt'), '/lists/urls of müller.txt')
  t.is(redactName('a\nb:1: lie'), '"a\\nb:1: lie"')
  t.is(redactName('a\u202eb'), '"a\\u202eb"')
  t.is(redactName('a\u00adb'), '"a\\u00adb"')
})

test('unprintable characters are escaped in a message, others stay', (t) => {
  t.is(escapeUnprintable('a "b" ü\u001b[31m\n\u202e'), 'a "b" ü\\u001b[31m\\u000a\\u202e')
})
