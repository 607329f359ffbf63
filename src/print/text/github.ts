import { relative, resolve } from 'node:path'
import type { ResourceId } from '../../resource/resource.ts'
import type { StateMap } from '../../state/state-map.ts'
import { worstFirst } from '../../state/worst-first.ts'
import { escapeText } from './escape.ts'
import type { Printer, Sink } from './printer.ts'
import { statusText } from './state-text.ts'
import type { Summary } from './summary.ts'
import { writeInSlices } from './write-in-slices.ts'

/** Maximum length of a text from a server, in UTF-16 units. */
const MAX_TEXT_LENGTH = 500

/** `FILE:LINE` or `FILE:LINE:COLUMN`, as messages have it. */
const PLACE = /^(?<file>.+?):(?<line>\d+)(?::\d+)?$/

/**
 * Prints a workflow command of GitHub Actions for each URL that is not up, at its line in the list: see "Setting an error message" in
 * GitHub's "Workflow commands for GitHub Actions". `workspace`: what paths of files are relative to.
 */
export class GithubPrinter implements Printer {
  readonly #out: Sink
  readonly #workspace: string
  /** Where each URL is listed. Bounded by the list. */
  readonly #places = new Map<ResourceId, string>()

  constructor(out: Sink, workspace: string) {
    this.#out = out
    this.#workspace = workspace
  }

  place(id: ResourceId, place: string): void {
    this.#places.set(id, place)
  }

  async finish(_summary: Summary, map: StateMap): Promise<void> {
    const ids = worstFirst(map, { up: false, changed: false })
    await writeInSlices(ids, (id) => this.#command(map, id), this.#out, true)
  }

  #command(map: StateMap, id: ResourceId): string {
    const latest = map.get(id)
    const what = latest.verdict === 'pending' ? 'not polled' : statusText(latest, MAX_TEXT_LENGTH)
    const properties = [...this.#placeOf(id), `title=${escapeProperty(`${latest.verdict}: ${latest.url}`)}`]
    return `::error ${properties.join(',')}::${escapeData(`${latest.url} ${what}`)}\n`
  }

  #placeOf(id: ResourceId): string[] {
    const { file, line } = PLACE.exec(this.#places.get(id) ?? '')?.groups ?? {}
    if (file === undefined || file === 'stdin') return []
    return [`file=${escapeProperty(relative(this.#workspace, resolve(file)))}`, `line=${line}`]
  }
}

/** Escapes what follows `::`, as @actions/core does. */
function escapeData(text: string): string {
  return escapeText(text, Number.POSITIVE_INFINITY).replaceAll('%', '%25')
}

/** Escapes the value of a property: it ends at a comma or a colon. */
function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
}
