import { counted } from '../../resource/counted.ts'
import { formatMegabytes } from '../../resource/format-megabytes.ts'
import { sum } from './plan.ts'
import type { Plan, PlanInput, PlannedGroup } from './plan.ts'

/** What `--plan` prints, with its last line break. */
export function planText(input: PlanInput, plan: Plan): string {
  const limit = Number.isFinite(input.descriptors) ? String(input.descriptors) : 'no limit'
  const urls = sum(input.groups, (group) => group.urls)
  const lines = [
    `${counted(urls, 'URL')} (${input.secure} with https) on ${counted(input.origins, 'origin')}, ${intervalText(input.groups)}`,
    `polls a second: ${plan.pollsPerSecond.toFixed(1)}`,
    `CPU: ${plan.coresUsed.toFixed(2)} cores of ${input.cores}; pollers needed: ${plan.pollers}, set: ${input.poolSize}`,
    `memory: ${formatMegabytes(plan.memoryBytes)} of ${formatMegabytes(input.memory)}`,
    `polls in flight: ${plan.inFlight.usual}, or ${plan.inFlight.bad} when one URL in ten times out; ` +
      `room for ${input.poolSize * input.concurrency}`,
    `descriptors: ${plan.descriptorsUsed} of ${limit}`,
  ]
  if (input.ports > 0) lines.push(`local ports: ${input.ports} for each address and port polled`)
  for (const shortage of plan.shortages) lines.push(`The lists need ${shortage}`)
  lines.push(
    plan.shortages.length === 0
      ? 'This machine can keep the schedule'
      : 'This machine cannot keep the schedule with these settings',
  )
  return `${lines.join('\n')}\n`
}

/** The warning at the start of a run; null if the machine can keep the schedule. */
export function shortageText({ shortages }: Plan): string | null {
  if (shortages.length === 0) return null
  return `This machine cannot keep the schedule of the lists, which need ${shortages.join('; ')}`
}

function intervalText(groups: readonly PlannedGroup[]): string {
  const seconds = groups.map(({ intervalMs }) => intervalMs / 1_000)
  const [least, most] = [Math.min(...seconds), Math.max(...seconds)]
  return least === most ? `every ${least} s` : `every ${least} s to ${most} s`
}
