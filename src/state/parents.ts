import type { ResourceId } from '../resource/resource.ts'

/** A URL on which others depend. */
export interface Parent {
  /** As it is printed. */
  readonly name: string
  /** Null while no list has it. */
  readonly id: ResourceId | null
}

interface KnownParent {
  readonly name: string
  id: ResourceId | null
  /** How many sets of rules name it. */
  uses: number
}

/** The URLs on which others depend, as lists come and go. Bounded by the sets of rules. */
export class Parents {
  readonly #byName = new Map<string, KnownParent>()
  readonly #byId = new Map<ResourceId, KnownParent>()

  /** Whether others depend on this URL. */
  has(id: ResourceId): boolean {
    return this.#byId.has(id)
  }

  /** The parent of one more set of rules. Its `id` changes with the lists. */
  acquire({ name, id }: Parent): Parent {
    const parent = this.#byName.get(name) ?? { name, id: null, uses: 0 }
    this.#byName.set(name, parent)
    parent.uses++
    if (id !== null) this.#setId(parent, id)
    return parent
  }

  /** One set of rules fewer has this parent. */
  release({ name }: Parent): void {
    const parent = this.#byName.get(name)
    if (parent === undefined || --parent.uses > 0) return
    this.#byName.delete(name)
    if (parent.id !== null) this.#byId.delete(parent.id)
  }

  /** A URL was added. */
  added(id: ResourceId, name: string): void {
    const parent = this.#byName.size === 0 ? undefined : this.#byName.get(name)
    if (parent !== undefined && parent.id === null) this.#setId(parent, id)
  }

  /** A URL was removed. */
  removed(id: ResourceId): void {
    const parent = this.#byId.get(id)
    if (parent === undefined) return
    this.#byId.delete(id)
    parent.id = null
  }

  #setId(parent: KnownParent, id: ResourceId): void {
    if (parent.id !== null) this.#byId.delete(parent.id)
    parent.id = id
    this.#byId.set(id, parent)
  }
}
