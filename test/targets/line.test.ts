import test from 'ava'
import { parseLine } from '../../src/targets/line.ts'

const URL_A = 'https://a.example/'

const read = test.macro({
  exec(t, line: string, expected: unknown) {
    t.deepEqual(parseLine(line) as unknown, expected)
  },
  title: (_, line) => `reads ${JSON.stringify(line)}`,
})

test(read, '', null)
test(read, ' \t ', null)
test(read, '# https://a.example/', null)
test(read, '  # indented', null)
test(read, '#', null)
test(read, URL_A, { url: URL_A })
test(read, ` \t${URL_A}  `, { url: URL_A })
test(read, `${URL_A} # why it is here`, { url: URL_A })
test(read, `${URL_A}\t#tabbed`, { url: URL_A })
test(read, `${URL_A}#part`, { url: URL_A })
test(read, `${URL_A}x#part # comment`, { url: `${URL_A}x` })

test(read, `${URL_A} interval=10s`, { why: 'per-URL options are not supported' })
test(read, `${URL_A} label.team=web # why`, { why: 'per-URL options are not supported' })
const ONE = { why: 'only a comment may follow the URL: one URL a line' }
test(read, `${URL_A} https://b.example/?a=b`, ONE)
test(read, `${URL_A} and more`, ONE)
test(read, 'https://user:pa ss+x@a.example/', ONE)
test(read, `${URL_A}\0`, { why: 'it holds a NUL: is this a text file?' })
test(read, '#\0', { why: 'it holds a NUL: is this a text file?' })
test(read, `${URL_A}\rhttps://b.example/`, { why: "it holds a character that can't be seen (U+000D)" })
test(read, 'example.com', { why: 'a URL begins with https:// or http://: was "https://example.com" meant?' })
