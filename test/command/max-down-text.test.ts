import test from 'ava'
import { maxDownText } from '../../src/command/max-down-text.ts'
import { parseCountOrShare } from '../../src/settings/count-or-share.ts'

const textOf = (flag: string, up: number, urls: number) => maxDownText(parseCountOrShare(flag), up, urls)

test('what --max-down makes of the end of a run', (t) => {
  t.is(textOf('3', 6, 9), 'info: 3 of 9 URLs are not up, which --max-down 3 allows\n')
  t.is(textOf('2', 6, 9), 'info: 3 of 9 URLs are not up, more than --max-down 2 allows\n')
  t.is(textOf('7%', 97, 100), 'info: 3 of 100 URLs are not up, which --max-down 7% allows (7)\n')
  t.is(textOf('2.5%', 6, 9), 'info: 3 of 9 URLs are not up, more than --max-down 2.5% allows (0)\n')
  t.is(textOf('3', 9, 9), '', 'all are up')
  t.is(textOf('0', 6, 9), '', 'as without the flag')
})
