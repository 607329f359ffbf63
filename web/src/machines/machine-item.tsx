import type { Machine } from '../server/answers.ts'
import { Glyph } from '../text/glyph.tsx'
import { formatCount } from '../text/numbers.ts'
import { visible } from '../text/visible.ts'

/** A machine: whether it is up, what it does, and how much of the list it polls. `urls`: of the whole list. */
export function MachineItem({ of, urls }: { readonly of: Machine; readonly urls: number }) {
  const { node, zone, up, drained, ready, plans, alerts, batches } = of
  const where = zone === undefined ? [] : [`zone ${visible(zone)}`]
  const state = drained ? 'drained' : ready ? 'up' : 'not ready'
  const does = up
    ? [state, ...(plans ? ['makes the plan'] : []), ...(alerts ? ['sends alerts'] : [])]
    : ['gone']
  return (
    <li class="machine">
      <Glyph sign={up ? (state === 'up' ? 'up' : 'unknown') : 'down'} />
      <div class="what">
        <span class="name">
          <bdi>{visible(node)}</bdi>
        </span>
        <div class="facts-line">{[...where, ...does].join(' · ')}</div>
      </div>
      <progress max={Math.max(1, urls)} value={up ? of.urls : 0} aria-label={`share of ${visible(node)}`} />
      <span class="figure">
        {up ? `${formatCount(of.urls)} ${of.urls === 1 ? 'URL' : 'URLs'}` : '–'}
        {up && (
          <span class="soft batches">
            {' '}
            · {formatCount(batches)} {batches === 1 ? 'batch' : 'batches'}
          </span>
        )}
      </span>
    </li>
  )
}
