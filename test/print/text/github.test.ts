import test from 'ava'
import type { ResourceId } from '../../../src/resource/resource.ts'
import { GithubPrinter } from '../../../src/print/text/github.ts'
import { stateMapOf } from '../../helpers/state-map.ts'
import { down, unknown, up } from '../../helpers/state.ts'
import { summary } from '../../helpers/summary.ts'

async function textOf(
  urls: readonly string[],
  places: readonly string[],
  ...states: Parameters<typeof stateMapOf>[1][]
) {
  let text = ''
  const sink = { write: (more: string) => (text += more), flush: () => Promise.resolve(), dropped: 0 }
  const printer = new GithubPrinter(sink, '/repo')
  for (const [id, place] of places.entries()) if (place !== '') printer.place(id as ResourceId, place)
  await printer.finish(summary, stateMapOf(urls, ...states))
  return text
}

test('an error at the line of each URL that is not up, relative to the workspace', async (t) => {
  const urls = ['a', 'b', 'c', 'd'].map((name) => `https://${name}.example/`)
  const places = ['/repo/lists/urls.txt:3', '/repo/lists/a,b:c.txt:12:5', '', '/repo/urls.txt:1']
  t.is(
    await textOf(urls, places, down(0), unknown(1), down(2), up(3)),
    '::error file=lists/urls.txt,line=3,title=down%3A https%3A//a.example/::https://a.example/ timeout: no answer in time (wait)\n' +
      '::error title=down%3A https%3A//c.example/::https://c.example/ timeout: no answer in time (wait)\n' +
      '::error file=lists/a%2Cb%3Ac.txt,line=12,title=unknown%3A https%3A//b.example/::https://b.example/ local: no descriptors\n',
  )
})

test('what was not polled is not up; standard input is no file', async (t) => {
  t.is(
    await textOf(['https://a.example/'], ['stdin:1']),
    '::error title=pending%3A https%3A//a.example/::https://a.example/ not polled\n',
  )
})

test('text of a server begins no other command', async (t) => {
  const statusText = 'no\r\n::set-output name=a::b%0A::error::'
  const text = await textOf(
    ['https://a.example/'],
    [],
    down(0, { reason: 'status', status: 500, statusText }),
  )
  t.is(
    text,
    '::error title=down%3A https%3A//a.example/::https://a.example/ 500 no\\u{d}\\u{a}::set-output name=a::b%250A::error::\n',
  )
})
