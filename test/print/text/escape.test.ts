import test from 'ava'
import { MAX_SHOWN_LENGTH, escapeJson, escapeText } from '../../../src/print/text/escape.ts'

const escaped = test.macro({
  exec(t, text: string, expected: string) {
    t.is(escapeText(text), expected)
  },
  title: (name) => `escaped: ${name}`,
})

test('plain text stays', escaped, 'Größe – 数 🚀 200 OK', 'Größe – 数 🚀 200 OK')
test('ESC', escaped, '\u001b[2J\u001b]0;title\u0007', '\\u{1b}[2J\\u{1b}]0;title\\u{7}')
test('line breaks, tab and NUL', escaped, 'a\r\nb\tc\u0000', 'a\\u{d}\\u{a}b\\u{9}c\\u{0}')
test('DEL and C1', escaped, '\u007f\u0080\u009b31m\u009f', '\\u{7f}\\u{80}\\u{9b}31m\\u{9f}')
test('bidi', escaped, '\u202eabc\u2066\u2069\u200f\u061c', '\\u{202e}abc\\u{2066}\\u{2069}\\u{200f}\\u{61c}')
test(
  'line and paragraph separators, byte order mark',
  escaped,
  '\u2028\u2029\ufeff',
  '\\u{2028}\\u{2029}\\u{feff}',
)
test(
  'soft hyphen, zero-width',
  escaped,
  'so\u00adft\u200b\u200d\u2060',
  'so\\u{ad}ft\\u{200b}\\u{200d}\\u{2060}',
)
test('tags, fillers, variation selectors', escaped, '\u{e0041}\u3164\ufe0f', '\\u{e0041}\\u{3164}\\u{fe0f}')
test('annotations', escaped, '\ufff9a\ufffb', '\\u{fff9}a\\u{fffb}')
test('80 characters stay', escaped, 'x'.repeat(MAX_SHOWN_LENGTH), 'x'.repeat(MAX_SHOWN_LENGTH))
test('81 are cut', escaped, 'x'.repeat(MAX_SHOWN_LENGTH + 1), `${'x'.repeat(MAX_SHOWN_LENGTH - 1)}…`)
test(
  'not inside a character',
  escaped,
  `${'x'.repeat(MAX_SHOWN_LENGTH - 2)}🚀🚀`,
  `${'x'.repeat(MAX_SHOWN_LENGTH - 2)}…`,
)

test('every character that moves a cursor is escaped', (t) => {
  for (let code = 0; code < 0xa0; code++) {
    if (code >= 0x20 && code < 0x7f) t.is(escapeText(String.fromCharCode(code)), String.fromCharCode(code))
    else t.is(escapeText(String.fromCharCode(code)), `\\u{${code.toString(16)}}`)
  }
})

test('escaped JSON means the same and holds nothing that does not print', (t) => {
  const value = { text: '\u001b\u007f\u009b\u202e\ufeff\u2028\u00ad\u{e0041} ü 🚀 \ud800 "\\', key: '\u0085' }
  const json = escapeJson(JSON.stringify(value))
  t.deepEqual(JSON.parse(json), value)
  // oxlint-disable-next-line no-control-regex
  t.notRegex(json, /[\u0000-\u001f\u007f-\u009f\u2028\u202e\ufeff\u00ad\u{e0041}]/u)
  t.is(escapeJson('{"a":"ü 🚀"}'), '{"a":"ü 🚀"}')
})
