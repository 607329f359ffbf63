import type { Tree } from '../tree.ts'
import { hideLogin, SECRET_HEADER } from '../../settings/hide-login.ts'

/** What is printed in place of a secret, as in blackbox_exporter. */
const HIDDEN = '<secret>'

/** Keys whose values, or all values below them, may be secrets. */
const SECRETS: ReadonlySet<string> = new Set([
  'bearer_token',
  'body',
  'client_secret',
  'credentials',
  'endpoint_params',
  'key',
  'password',
  'proxy_connect_header',
  'secrets',
  'send',
])

/** Maps of headers. */
const HEADERS: ReadonlySet<string> = new Set(['headers', 'http_headers'])

/** A scalar that needs no quotes. */
const PLAIN = /^[A-Za-z0-9_/][A-Za-z0-9_./-]*$/

/** Modules as YAML, without their secrets. */
export function modulesText(trees: ReadonlyMap<string, Tree>): string {
  if (trees.size === 0) return 'modules: {}\n'
  const lines = [...trees].flatMap(([name, tree]) => entryLines(name, tree, '', 1))
  return ['modules:', ...lines, ''].join('\n')
}

/** One module as YAML, without its name and its secrets. */
export function moduleText(tree: Tree): string {
  return [...blockLines(tree, '', 0), ''].join('\n')
}

function entryLines(key: string, tree: Tree, parent: string, depth: number): string[] {
  const name = `${'  '.repeat(depth)}${scalar(key)}:`
  const value = inline(key, tree, parent)
  if (value !== null) return [`${name} ${value}`]
  return [name, ...blockLines(tree, key, depth + 1)]
}

/** The value of a key, if it fits on its line. */
function inline(key: string, tree: Tree, parent: string): string | null {
  if (tree.type === 'nothing') return 'null'
  if (SECRETS.has(key) || (HEADERS.has(parent) && SECRET_HEADER.test(key))) return HIDDEN
  if (tree.type === 'scalar') return scalar(key.endsWith('url') ? hideLogin(tree.text) : tree.text)
  const size = tree.type === 'list' ? tree.items.length : tree.entries.length
  return size > 0 ? null : tree.type === 'list' ? '[]' : '{}'
}

function blockLines(tree: Tree, key: string, depth: number): string[] {
  if (tree.type === 'map')
    return tree.entries.flatMap((entry) => entryLines(entry.key, entry.value, key, depth))
  if (tree.type === 'list') return tree.items.flatMap((item) => itemLines(item, key, depth))
  return [`${'  '.repeat(depth)}${inline(key, tree, '') ?? ''}`]
}

function itemLines(item: Tree, key: string, depth: number): string[] {
  const [first = '', ...rest] = blockLines(item, key, depth + 1)
  return [`${'  '.repeat(depth)}- ${first.trimStart()}`, ...rest]
}

/** JSON strings are YAML. */
function scalar(text: string): string {
  return PLAIN.test(text) ? text : JSON.stringify(text)
}
