import test from 'ava'
import { MarkdownPrinter } from '../../../src/print/text/markdown.ts'
import type { StateMap } from '../../../src/state/state-map.ts'
import { stateMapOf } from '../../helpers/state-map.ts'
import { down, up } from '../../helpers/state.ts'
import { summary } from '../../helpers/summary.ts'

async function textOf(map: StateMap): Promise<string> {
  let text = ''
  const sink = { write: (more: string) => (text += more), flush: () => Promise.resolve(), dropped: 0 }
  await new MarkdownPrinter(sink).finish(summary, map)
  return text
}

test('counts, and a table of what is not up', async (t) => {
  const urls = ['https://a.example/', 'https://b.example/', 'https://c.example/']
  t.is(
    await textOf(stateMapOf(urls, up(0), down(1))),
    '### headcount\n\n3 URLs: 1 up (1 ok), 1 down (1 timeout), 1 pending\n\n' +
      '| verdict | URL | reason |\n| --- | --- | --- |\n' +
      '| down | https://b.example/ | timeout: no answer in time (wait) |\n' +
      '| pending | https://c.example/ | not polled |\n',
  )
})

test('no table if all are up', async (t) => {
  t.is(await textOf(stateMapOf(['https://a.example/'], up(0))), '### headcount\n\n1 URL: 1 up (1 ok)\n')
})

test('text of a server is no markup', async (t) => {
  const statusText = '|a|b|\n<img src=x> [c](d) `e` @f'
  const map = stateMapOf(['https://a.example/_x_'], down(0, { reason: 'status', status: 500, statusText }))
  const row = (await textOf(map)).split('\n').at(-2) ?? ''
  t.is(
    row
      .replaceAll(/&#\d+;/g, '')
      .match(/[|<>[\]`@_*]/g)
      ?.join(''),
    '||||',
  )
})

test('a long list has its first 500 URLs in the table', async (t) => {
  const urls = Array.from({ length: 502 }, (_, n) => `https://a.example/${n}`)
  const text = await textOf(stateMapOf(urls))
  t.true(text.endsWith('| pending | https://a.example/499 | not polled |\n\nand 2 more\n'))
})
