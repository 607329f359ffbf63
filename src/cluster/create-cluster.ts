import type { Work } from '../reload/work.ts'
import type { UrlOptions } from '../settings/url-options.ts'
import type { Cluster } from './cluster.ts'
import type { ClusterHooks } from './cluster-parts.ts'
import type { ClusterOptions } from '../settings/cluster-options.ts'

/** The cluster that a run takes part in. It is not loaded without one: `cluster` is null then, and so is the result. */
export async function createCluster(
  work: Work,
  { cluster, poll }: { readonly cluster: ClusterOptions | null; readonly poll: UrlOptions },
  hooks: ClusterHooks,
): Promise<Cluster | null> {
  if (cluster === null) return null
  const { Cluster: Loaded } = await import('./cluster.ts')
  return new Loaded(work, cluster, poll, hooks)
}
