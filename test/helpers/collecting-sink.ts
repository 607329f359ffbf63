import type { SourceOptions } from '../../src/reload/create-sources.ts'
import type { TargetSink } from '../../src/targets/read-targets.ts'
import type { Target } from '../../src/targets/target.ts'

/** A sink that keeps what it is handed. */
export function collectingSink(): TargetSink & { readonly targets: Target[]; readonly complaints: string[] } {
  const targets: Target[] = []
  const complaints: string[] = []
  return {
    targets,
    complaints,
    target: (target) => targets.push(target),
    invalid: (line) => complaints.push(line),
  }
}

/** How lists are read in tests. */
export const SOURCE_OPTIONS: SourceOptions = {
  refreshMs: 1_500,
  deadlineMs: 10_000,
  userAgent: 'headcount/test',
  ca: null,
  optionalAtStart: true,
}
