import test from 'ava'
import { parseKeys } from '../../../src/print/table/keys.ts'
import type { Key } from '../../../src/print/table/keys.ts'
import { handleKey, INITIAL_UI } from '../../../src/print/table/ui-state.ts'
import type { UiState } from '../../../src/print/table/ui-state.ts'
import type { ResourceId } from '../../../src/resource/resource.ts'

const names = (input: string) =>
  parseKeys(input).map((key: Key) => (key.type === 'key' ? key.name : `'${key.text}'`))

test('what terminals send', (t) => {
  t.deepEqual(names('\u001b[A\u001bOB\u001b[5~\u001b[6~\u001b[H\u001b[F\r\u001b\u007f\u0015'), [
    'up',
    'down',
    'page-up',
    'page-down',
    'home',
    'end',
    'enter',
    'escape',
    'backspace',
    'clear',
  ])
  t.deepEqual(names('aé日?'), ["'a'", "'é'", "'日'", "'?'"])
})

test('keys that mean nothing here are no text', (t) => {
  t.deepEqual(names('\u001b[1;5C\u001b[200~\u001b[15~\u0001\t\u0000\u202ex'), ["'x'"])
})

const IDS = Array.from({ length: 30 }, (_, id) => (100 + id) as ResourceId)

/** What a person sees after typing. */
function after(input: string, ui: UiState = INITIAL_UI, ids: readonly ResourceId[] = IDS): UiState {
  return parseKeys(input).reduce(
    (before, key) =>
      handleKey(before, key, { ids, visibleRows: 10, helpScroll: () => 15, labels: () => ['env', 'team'] }),
    ui,
  )
}

test('moving: by rows, by pages, to the ends', (t) => {
  const selected = (input: string) => after(input).selected
  t.deepEqual(
    [
      '',
      'j',
      '\u001b[B\u001b[B',
      'jjk',
      'jk',
      'k',
      '\u001b[6~',
      '\u001b[6~\u001b[6~\u001b[6~\u001b[6~',
      '\u001b[F',
      '\u001b[F\u001b[5~',
      '\u001b[F\u001b[H',
    ].map(selected),
    [null, 101, 102, 101, null, null, 110, 129, 129, 119, null] as (ResourceId | null)[],
  )
})

test('a selected URL is followed wherever its row goes', (t) => {
  const ui = after('jj')
  const reversed = IDS.toReversed()
  t.is(after('k', ui, reversed).selected, 103 as ResourceId)
  t.is(after('j', ui, []).selected, null)
})

test('searching: what is typed is text, until Enter or Escape', (t) => {
  t.like(after('/qs?'), { typing: true, search: 'qs?', page: 'list', quit: false, sort: 'worst' })
  t.like(after('/ab\u007f'), { search: 'a' })
  t.like(after('/a😀\u007f'), { search: 'a' })
  t.like(after('/ab\u0015c'), { search: 'c' })
  t.like(after('/ab\rs'), { typing: false, search: 'ab', sort: 'changed' })
  t.like(after('/ab\r\u001b'), { typing: false, search: '' })
  t.like(after('/ab\u001b'), { typing: false, search: '' })
  t.is(after(`/${'x'.repeat(1_000)}`).search.length, 200)
})

test('grouped by one label after the other, and not at all', (t) => {
  t.like(after('jg'), { group: 'env', selected: null })
  t.like(after('gg'), { group: 'team' })
  t.like(after('ggg'), { group: null })
  t.like(after('\rg'), { page: 'list', group: 'env' })
  t.like(after('g\u001b'), { group: 'env' })
  t.is(
    handleKey(
      INITIAL_UI,
      { type: 'text', text: 'g' },
      { ids: IDS, visibleRows: 10, helpScroll: () => 0, labels: () => [] },
    ).group,
    null,
  )
})

test('only what is down or unknown, and all again', (t) => {
  t.like(after('jjd'), { only: 'down', selected: null })
  t.like(after('dd'), { only: null })
  t.like(after('du'), { only: 'unknown' })
  t.like(after('d\u001b'), { only: null })
  t.like(after('\rd'), { page: 'list', only: 'down' })
  t.like(after('/du'), { only: null, search: 'du' })
})

test('the command line of curl, from the list and from the page', (t) => {
  t.like(after('jc'), { page: 'detail', selected: 101, curl: true })
  t.like(after('jcc'), { page: 'detail', curl: false })
  t.like(after('\rc'), { curl: true })
})

test('orders go round', (t) => {
  t.is(after('sssss').sort, 'worst')
  t.is(after('S').sort, 'list')
})

test('pages', (t) => {
  t.like(after('\r'), { page: 'detail', selected: 100 })
  t.like(after('jj\r'), { page: 'detail', selected: 102 })
  t.like(after('jj\r\u001b'), { page: 'list', selected: 102 })
  t.like(after('\r\r'), { page: 'list' })
  t.like(after('\r', INITIAL_UI, []), { page: 'list', selected: null })
  t.like(after('?'), { page: 'help' })
  t.like(after('??'), { page: 'list' })
  t.like(after('?\u001b'), { page: 'list' })
  t.like(after('?/'), { page: 'list', typing: true })
})

test('the help scrolls, and keys of the list go back to it', (t) => {
  const above = (input: string) => after(`?${input}`).helpAbove
  t.deepEqual(
    ['', 'j', 'jjk', ' ', '  ', 'k', '\u001b[6~\u001b[5~', '\u001b[F', '\u001b[F\u001b[H'].map(above),
    [0, 1, 1, 10, 15, 0, 0, 15, 0],
  )
  t.like(after('?j?'), { page: 'list' })
  t.is(after('?j??').helpAbove, 0)
  t.like(after('?d'), { page: 'list', only: 'down' })
  t.is(after('?j').selected, null)
})

test('q ends, but from the help goes back', (t) => {
  for (const input of ['q', '\rq', '?qq', '/x\rq']) t.true(after(input).quit, input)
  t.like(after('?q'), { page: 'list', quit: false })
})
