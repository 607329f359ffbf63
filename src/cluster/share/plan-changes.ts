/** The batches of a plan, by id, each with the version of its contents. */
export type Plan = ReadonlyMap<string, string>

/** How one plan differs from another. */
export interface PlanChanges {
  readonly added: readonly string[]
  /** In both, with other URLs or other settings of them. */
  readonly replaced: readonly string[]
  readonly removed: readonly string[]
}

/** What has to change so that `before` becomes `after`. */
export function planChanges(before: Plan, after: Plan): PlanChanges {
  const added: string[] = []
  const replaced: string[] = []
  for (const [id, version] of after) {
    const known = before.get(id)
    if (known === undefined) added.push(id)
    else if (known !== version) replaced.push(id)
  }
  return { added, replaced, removed: [...before.keys()].filter((id) => !after.has(id)) }
}
