import type { ResourceId, Verdict } from '../../resource/resource.ts'
import type { Key, KeyName } from './keys.ts'
import { SORTS } from './ranking.ts'
import type { Sort } from './ranking.ts'
import { cut } from '../../resource/shorten.ts'

/** Maximum length of a search. */
const MAX_SEARCH_LENGTH = 200

/** What the user has selected. */
export interface UiState {
  readonly page: 'list' | 'detail' | 'help'
  /** How many lines of the help are above the first that is shown. */
  readonly helpAbove: number
  readonly sort: Sort
  readonly search: string
  /** The user is typing into `search`. */
  readonly typing: boolean
  /** Only URLs with this verdict are listed; null: all. */
  readonly only: Verdict | null
  /** The label by which rows are grouped; null: none. */
  readonly group: string | null
  /** The page of a URL shows its curl command line. */
  readonly curl: boolean
  /** The selected URL, which is followed when its row moves; null: whatever row is first. */
  readonly selected: ResourceId | null
  readonly quit: boolean
}

export const INITIAL_UI: UiState = {
  page: 'list',
  helpAbove: 0,
  sort: 'worst',
  search: '',
  typing: false,
  only: null,
  group: null,
  curl: false,
  selected: null,
  quit: false,
}

/** What is on the screen when a key is pressed. */
export interface VisibleList {
  readonly ids: readonly ResourceId[]
  /** Number of rows that fit. */
  readonly visibleRows: number
  /** How far the help can be scrolled, in lines. */
  readonly helpScroll: () => number
  /** The names of the labels of the list, in their order. */
  readonly labels: () => readonly string[]
}

/** Returns the state after a key. */
export function handleKey(ui: UiState, key: Key, shown: VisibleList): UiState {
  if (ui.typing) return handleTyping(ui, key)
  if (ui.page === 'help') return handleHelp(ui, key, shown)
  if (key.type === 'text') return handleCommand(ui, key.text, shown)
  switch (key.name) {
    case 'enter':
      if (ui.page === 'detail') return { ...ui, page: 'list' }
      return openDetail(ui, shown)
    case 'escape':
      return ui.page === 'detail' ? { ...ui, page: 'list' } : { ...ui, search: '', only: null }
    case 'backspace':
    case 'clear':
      return ui
    default:
      return ui.page === 'list' ? moveSelection(ui, key.name, shown) : ui
  }
}

/** Returns the state after a URL has left the list. */
export function withoutUrl(ui: UiState, id: ResourceId): UiState {
  return ui.selected === id ? { ...ui, selected: null, page: ui.page === 'detail' ? 'list' : ui.page } : ui
}

function handleTyping(ui: UiState, key: Key): UiState {
  if (key.type === 'text')
    return { ...ui, search: cut(ui.search + key.text, MAX_SEARCH_LENGTH), selected: null }
  switch (key.name) {
    case 'enter':
      return { ...ui, typing: false }
    case 'escape':
      return { ...ui, typing: false, search: '' }
    case 'backspace':
      return { ...ui, search: ui.search.replace(/.$/su, '') }
    case 'clear':
      return { ...ui, search: '' }
    default:
      return ui
  }
}

function handleCommand(ui: UiState, text: string, shown: VisibleList): UiState {
  switch (text) {
    case 'q':
      return { ...ui, quit: true }
    case '?':
      return { ...ui, page: 'help', helpAbove: 0 }
    case '/':
      return { ...ui, page: 'list', typing: true }
    case 's':
      return { ...ui, sort: nextSort(ui.sort, 1) }
    case 'S':
      return { ...ui, sort: nextSort(ui.sort, -1) }
    case 'd':
      return toggleOnly(ui, 'down')
    case 'u':
      return toggleOnly(ui, 'unknown')
    case 'g':
      return { ...ui, page: 'list', group: nextLabel(ui.group, shown.labels()), selected: null }
    case 'c':
      return ui.page === 'detail' ? { ...ui, curl: !ui.curl } : { ...openDetail(ui, shown), curl: true }
    case 'k':
      return moveSelection(ui, 'up', shown)
    case 'j':
      return moveSelection(ui, 'down', shown)
    default:
      return ui
  }
}

/** Keys that scroll; those that leave, as in other programs with pages of text; and those of the list, to which it goes back. */
function handleHelp(ui: UiState, key: Key, shown: VisibleList): UiState {
  const list: UiState = { ...ui, page: 'list' }
  const name = key.type === 'text' ? HELP_KEYS[key.text] : key.name
  if (name === 'leave' || name === 'enter' || name === 'escape') return list
  if (name === undefined) return key.type === 'text' ? handleCommand(list, key.text, shown) : ui
  const most = shown.helpScroll()
  const above = ui.helpAbove + (stepsOf(most + 1, shown.visibleRows)[name] ?? 0)
  return { ...ui, helpAbove: Math.min(most, Math.max(0, above)) }
}

const HELP_KEYS: Readonly<Record<string, KeyName | 'leave'>> = {
  '?': 'leave',
  q: 'leave',
  k: 'up',
  j: 'down',
  ' ': 'page-down',
}

function toggleOnly(ui: UiState, verdict: Verdict): UiState {
  return { ...ui, page: 'list', only: ui.only === verdict ? null : verdict, selected: null }
}

function nextSort(sort: Sort, by: number): Sort {
  return SORTS[(SORTS.indexOf(sort) + by + SORTS.length) % SORTS.length] as Sort
}

/** The label after this one; null after the last one, or if there are none. */
function nextLabel(label: string | null, labels: readonly string[]): string | null {
  return (label === null ? labels[0] : labels.find((name) => name > label)) ?? null
}

function openDetail(ui: UiState, { ids }: VisibleList): UiState {
  const selected = ui.selected ?? ids[0]
  return selected === undefined ? ui : { ...ui, selected, page: 'detail' }
}

/** How far each key goes in a list of so many lines, of which so many fit. */
function stepsOf(lines: number, fit: number): Partial<Record<KeyName, number>> {
  return { up: -1, down: 1, 'page-up': -fit, 'page-down': fit, home: -lines, end: lines }
}

function moveSelection(ui: UiState, name: KeyName, { ids, visibleRows }: VisibleList): UiState {
  const at = ui.selected === null ? 0 : Math.max(0, ids.indexOf(ui.selected))
  const to = Math.min(ids.length - 1, Math.max(0, at + (stepsOf(ids.length, visibleRows)[name] ?? 0)))
  return { ...ui, selected: to === 0 ? null : (ids[to] ?? null) }
}
