import { redactUrl } from '../resource/redact-url.ts'
import type { ResourceTable } from '../resource/resource-table.ts'
import type { Url } from '../resource/resource.ts'
import { MAX_PARENTS } from '../resource/settling-rules.ts'
import type { ProfileRegistry } from '../settings/profiles.ts'
import type { Refusal } from '../targets/read-targets.ts'
import type { Target } from '../targets/target.ts'
import type { ListComparison } from './list-comparison.ts'

/** The most parents that are reported. */
const MAX_REPORTED = 10

/** Tells which parents no list has, a line each; most often they are misspelt. */
export function missingParents(parents: ReadonlySet<Url>, table: ResourceTable): string[] {
  const missing = [...parents].filter((url) => table.find(url) === null)
  const lines = missing
    .slice(0, MAX_REPORTED)
    .map((url) => `parent=${redactUrl(url)}: it has no effect, since no list has this URL`)
  return missing.length <= MAX_REPORTED
    ? lines
    : [...lines, `and ${missing.length - MAX_REPORTED} more parents`]
}

/** Finds targets whose parents lead back to them. */
export class ParentFaults {
  readonly #table: ResourceTable
  readonly #profiles: Pick<ProfileRegistry, 'settlingRules'>

  constructor(table: ResourceTable, profiles: Pick<ProfileRegistry, 'settlingRules'>) {
    this.#table = table
    this.#profiles = profiles
  }

  /** Why a target of the first reading can't have its parent; null: it can, or another target counts for its URL. */
  atStart(target: Target): Refusal | null {
    const fault = parentFault(target, this.#byFlags, (url) => this.#inTable(url))
    return fault !== null && this.#table.find(target.url) === null ? fault : null
  }

  /** Whether a URL of a source that is read again can have no settings of its own: it has the parent of the flags then. */
  canBeBare(url: Url, comparison: ListComparison): boolean {
    return (
      this.#byFlags === null || this.onReload({ url, overrides: null, labels: null }, comparison) === null
    )
  }

  /** The same for a source that is read again. */
  onReload(target: Target, comparison: ListComparison): Refusal | null {
    if (comparison.isTaken(target.url)) return null
    return parentFault(target, this.#byFlags, (url) => {
      const read = comparison.targetOf(url)
      if (read === null) return this.#inTable(url)
      return read === undefined ? null : (read.overrides?.parent ?? this.#byFlags)
    })
  }

  get #byFlags(): Url | null {
    return this.#profiles.settlingRules(0)?.parent ?? null
  }

  #inTable(url: Url): Url | null {
    const id = this.#table.find(url)
    return id === null ? null : (this.#profiles.settlingRules(this.#table.profile(id))?.parent ?? null)
  }
}

/**
 * Why a target can't have its parent, as a clause without credentials; null: it can, or it has none. `byFlags`: the parent of targets
 * without one. `parentOf`: the parents that were read before; a parent may be read later, or be on no list.
 */
function parentFault(
  { url, overrides }: Target,
  byFlags: Url | null,
  parentOf: (url: Url) => Url | null,
): Refusal | null {
  const parent = overrides?.parent ?? byFlags
  // A group may name one of its own URLs, which then has no parent.
  if (parent === null || parent === url) return null
  const chain: Url[] = [parent]
  for (let last = parent; ;) {
    const above = parentOf(last)
    if (above === null) return null
    if (above === url) return refusal(`a cycle: ${describe(chain)} on this URL`)
    // A cycle that this URL is not in is no fault of it.
    if (chain.includes(above)) return null
    if (chain.length === MAX_PARENTS) return refusal(`more than ${MAX_PARENTS} parents, one above the other`)
    chain.push(above)
    last = above
  }
}

function refusal(why: string): Refusal {
  return { key: 'parent', why }
}

/** How the first of a chain depends on what comes after it. */
function describe([first, ...others]: readonly Url[]): string {
  const through = others.map((url) => ` on ${redactUrl(url)}, which depends`)
  return `${redactUrl(first as Url)} depends${through.join('')}`
}
