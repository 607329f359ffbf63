import { chunks } from './chunks.ts'
import type { PlanStore } from './plan-store.ts'
import type { Listed } from './wanted.ts'

/** How many definitions are read at once. */
const CHUNK = 16

/**
 * All that the plan has, with what another planner has taken out of it without coming to an end, and what is listed besides. Rejects when the
 * engine does not answer.
 */
export async function withPlanned(
  listed: ReadonlyMap<string, Listed>,
  plans: Pick<PlanStore, 'versions' | 'leaving' | 'definitions'>,
  originOf: (url: string) => string,
): Promise<ReadonlyMap<string, Listed>> {
  const all = new Map<string, Listed>()
  const planned = await plans.versions()
  // A URL of both has the settings that it has in the plan, not those in what is being taken out.
  const batches = [...(await plans.leaving()).filter((id) => !planned.has(id)), ...planned.keys()]
  for (const chunk of chunks(batches, CHUNK))
    for (const definition of await plans.definitions(chunk))
      for (const target of JSON.parse(definition ?? '[]') as readonly (readonly [url: string])[]) {
        const [url] = target
        all.set(url, { url, origin: originOf(url), target: JSON.stringify(target) })
      }
  // Settings that the plan has may be those of a list that was not read, and comes first.
  for (const one of listed.values()) if (!all.has(one.url)) all.set(one.url, one)
  return all
}
