import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Room } from './rooms.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** An import of a file in `src/` or `workers/`. Paths are relative to the checkout. */
export interface Import {
  readonly file: string
  /** A path, `node:…`, or the name of a package. */
  readonly imported: string
}

const IMPORT = /^(?:import|export)\s(?:[\w*{},\s]+\sfrom\s)?'([^']+)'|\bimport\('([^']+)'\)/gm

/** All imports of `src/` and `workers/`, types included. */
export function readImports(): Import[] {
  return ['src', 'workers'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .flatMap((name) => importsOf(`${folder}/${name}`)),
  )
}

function importsOf(file: string): Import[] {
  const text = readFileSync(join(root, file), 'utf8')
  return [...text.matchAll(IMPORT)].map(([, one, other]) => {
    const imported = (one ?? other) as string
    return {
      file,
      imported: imported.startsWith('.') ? relative('.', join(dirname(file), imported)) : imported,
    }
  })
}

/** The rooms between which files import, each pair once: `poll/dial -> poll/dns`. */
export function arrowsOf(imports: readonly Import[]): string[] {
  const arrows = imports
    .filter(({ file, imported }) => file.startsWith('src/') && imported.startsWith('src/'))
    .map(({ file, imported }) => [roomOf(file), roomOf(imported)] as const)
    .filter(([from, to]) => from !== to && from !== '')
    .map((arrow) => arrow.join(' -> '))
  return [...new Set(arrows)].toSorted()
}

/** The rooms between which files import when a folder within a folder is a part of its room: `poll -> state`. */
export function roomArrowsOf(imports: readonly Import[]): string[] {
  const arrows = arrowsOf(imports).map((arrow) => arrow.replaceAll(/\/[\w/]+/g, ''))
  return [...new Set(arrows)].filter((arrow) => new Set(arrow.split(' -> ')).size === 2)
}

/** A room that imports itself by way of others: the way there; null: there is none. */
export function circleOf(arrows: readonly string[]): string | null {
  const pairs = arrows.map((arrow) => arrow.split(' -> ') as [string, string])
  const walk = (room: string, way: readonly string[]): string | null => {
    if (way.includes(room)) return [...way, room].join(' -> ')
    const next = pairs.filter(([from]) => from === room)
    return next.reduce<string | null>((found, [, to]) => found ?? walk(to, [...way, room]), null)
  }
  return pairs.reduce<string | null>((found, [from]) => found ?? walk(from, []), null)
}

/** What the imports break of the table: a line each. Also rows that are in the wrong order, or allow what nobody needs. */
export function problemsOf(rooms: readonly Room[], imports: readonly Import[]): string[] {
  const names = rooms.map(({ name }) => name)
  const problems: string[] = []
  const used = new Set<string>()
  for (const { name, imports: allowed } of rooms)
    for (const other of words(allowed))
      if (!names.slice(0, names.indexOf(name)).includes(other))
        problems.push(`${name} may import ${other}, which does not stand above it`)
  for (const { file, imported } of imports) {
    const name = roomOf(file)
    const room = rooms.find((one) => one.name === name)
    if (name === '') {
      if (!isPart(imported) && !imported.startsWith('node:') && !imported.startsWith('#'))
        problems.push(`${file}: imports the package ${imported}`)
    } else if (room === undefined) problems.push(`${file}: no row for the folder ${name}`)
    else if (isPart(imported)) {
      const other = roomOf(imported)
      if (other === name) continue
      used.add(`${name} ${other}`)
      if (!words(room.imports).includes(other)) problems.push(`${file}: ${name} may not import ${imported}`)
    } else if (imported.startsWith('node:')) {
      if (room.outside === 'pure') problems.push(`${file}: ${name} may not import ${imported}`)
    } else if (!imported.startsWith('#')) {
      used.add(`${name} ${imported}`)
      const door = words(room.outside).find((word) => word.startsWith(`${imported}:`))
      if (door === undefined || !file.endsWith(`/${door.slice(imported.length + 1)}`))
        problems.push(`${file}: is not the file that may import ${imported}`)
    }
  }
  for (const { name, imports: allowed, outside } of rooms) {
    const packages = words(outside).flatMap((word) =>
      word.includes(':') ? word.slice(0, word.indexOf(':')) : [],
    )
    for (const other of [...words(allowed), ...packages])
      if (!used.has(`${name} ${other}`)) problems.push(`${name} may import ${other}, and does not`)
  }
  return problems
}

/** The table for people: rooms with their jobs, folders and imports, those that import most first. */
export function picture(rooms: readonly Room[]): string {
  const folders = Map.groupBy(rooms.toReversed(), ({ name }) => topOf(name))
  const rows = [...folders].map(([top, inside]) => {
    const job = inside.find(({ name }) => name === top)?.job ?? ''
    const parts = inside
      .filter(({ name }) => name !== top)
      .map(({ name }) => `\`${name.slice(top.length + 1)}\``)
    const imported = new Set(inside.flatMap(({ imports }) => words(imports).map((other) => topOf(other))))
    imported.delete(top)
    const doors = inside
      .flatMap(({ outside }) => words(outside))
      .filter((word) => word.includes(':'))
      .map((word) => `${word.slice(0, word.indexOf(':'))} (${word.slice(word.indexOf(':') + 1)})`)
    const from = [...[...imported].map((other) => `\`${other}\``), ...doors]
    const isPure = inside.every(({ outside }) => outside === 'pure')
    const folder = top === 'workers' ? 'workers/' : `src/${top}/`
    const inIt = parts.length === 0 ? '' : ` (${parts.join(', ')})`
    return `| \`${folder}\` | ${job}${inIt} | ${[...from, ...(isPure ? ['nothing else'] : [])].join(', ')} |`
  })
  return ['| folder | job (and the folders in it) | imports |', '| --- | --- | --- |', ...rows, ''].join('\n')
}

/** The folder of `src/` that a folder is or lies in. */
function topOf(name: string): string {
  return name.split('/')[0] as string
}

function isPart(imported: string): boolean {
  return imported.startsWith('src/') || imported.startsWith('workers/')
}

function roomOf(file: string): string {
  return dirname(file).replace(/^src\/?/, '')
}

function words(text: string): string[] {
  return text.split(' ').filter((word) => word !== '')
}
