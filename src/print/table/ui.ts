import type { ResourceId } from '../../resource/resource.ts'
import type { Key, KeyName } from './keys.ts'
import { SORTS } from './ranking.ts'
import type { Sort } from './ranking.ts'

/** The longest text that can be searched for. */
const MOST_SEARCH = 200

/** What the person at the keys has chosen. */
export interface Ui {
  readonly page: 'list' | 'detail' | 'help'
  readonly sort: Sort
  readonly search: string
  /** Keys go into `search`. */
  readonly typing: boolean
  /** The URL that is chosen and followed wherever its row goes; null: the first row, whichever that is. */
  readonly chosen: ResourceId | null
  readonly quit: boolean
}

export const START: Ui = {
  page: 'list',
  sort: 'worst',
  search: '',
  typing: false,
  chosen: null,
  quit: false,
}

/** What is on the screen when a key comes. */
export interface Shown {
  readonly ids: readonly ResourceId[]
  /** Rows that fit. */
  readonly fit: number
}

/** What a key changes. */
export function press(ui: Ui, key: Key, shown: Shown): Ui {
  if (ui.typing) return typed(ui, key)
  if (key.type === 'text') return commanded(ui, key.text, shown)
  if (ui.page === 'help') return key.name === 'escape' || key.name === 'enter' ? { ...ui, page: 'list' } : ui
  switch (key.name) {
    case 'enter':
      if (ui.page === 'detail') return { ...ui, page: 'list' }
      return opened(ui, shown)
    case 'escape':
      return ui.page === 'detail' ? { ...ui, page: 'list' } : { ...ui, search: '' }
    case 'backspace':
    case 'clear':
      return ui
    default:
      return ui.page === 'list' ? moved(ui, key.name, shown) : ui
  }
}

/** What is left when a URL has gone from the list. */
export function without(ui: Ui, id: ResourceId): Ui {
  return ui.chosen === id ? { ...ui, chosen: null, page: ui.page === 'detail' ? 'list' : ui.page } : ui
}

function typed(ui: Ui, key: Key): Ui {
  if (key.type === 'text')
    return { ...ui, search: (ui.search + key.text).slice(0, MOST_SEARCH), chosen: null }
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

function commanded(ui: Ui, text: string, shown: Shown): Ui {
  switch (text) {
    case 'q':
      return { ...ui, quit: true }
    case '?':
      return { ...ui, page: ui.page === 'help' ? 'list' : 'help' }
    case '/':
      return { ...ui, page: 'list', typing: true }
    case 's':
      return { ...ui, sort: next(ui.sort, 1) }
    case 'S':
      return { ...ui, sort: next(ui.sort, -1) }
    case 'k':
      return moved(ui, 'up', shown)
    case 'j':
      return moved(ui, 'down', shown)
    default:
      return ui
  }
}

function next(sort: Sort, by: number): Sort {
  return SORTS[(SORTS.indexOf(sort) + by + SORTS.length) % SORTS.length] as Sort
}

function opened(ui: Ui, { ids }: Shown): Ui {
  const chosen = ui.chosen ?? ids[0]
  return chosen === undefined ? ui : { ...ui, chosen, page: 'detail' }
}

function moved(ui: Ui, name: KeyName, { ids, fit }: Shown): Ui {
  const at = ui.chosen === null ? 0 : Math.max(0, ids.indexOf(ui.chosen))
  const steps: Partial<Record<KeyName, number>> = {
    up: -1,
    down: 1,
    'page-up': -fit,
    'page-down': fit,
    home: -ids.length,
    end: ids.length,
  }
  const to = Math.min(ids.length - 1, Math.max(0, at + (steps[name] ?? 0)))
  return { ...ui, chosen: to === 0 ? null : (ids[to] ?? null) }
}
