import type { Phases } from '../server/answers.ts'
import { formatMs } from '../text/numbers.ts'

const NAMES: Readonly<Record<keyof Phases, string>> = {
  dns: 'names',
  proxy: 'proxy',
  connect: 'connect',
  tls: 'TLS',
  wait: 'wait',
}

/** A phase that took less than this is not shown, in ms. */
const MIN_MS = 0.05

/** How long each phase of a poll took, one after the other. */
export function PhaseBar({ phases, durationMs }: { readonly phases: Phases; readonly durationMs: number }) {
  const parts = (Object.keys(NAMES) as (keyof Phases)[])
    .map((name) => ({ name, title: NAMES[name], ms: phases[name] ?? 0 }))
    .filter(({ ms }) => ms >= MIN_MS)
  const known = parts.reduce((sum, { ms }) => sum + ms, 0)
  const rest = durationMs - known
  const shown = [
    ...parts,
    ...(rest >= Math.max(1, durationMs / 50) ? [{ name: 'rest', title: 'rest', ms: rest }] : []),
  ]
  const total = Math.max(durationMs, known)
  let x = 0
  return (
    <div class="phases">
      <svg
        viewBox="0 0 400 24"
        preserveAspectRatio="none"
        role="img"
        aria-label={shown.map(({ title, ms }) => `${title} ${formatMs(ms)}`).join(', ')}
      >
        {shown.map(({ name, ms }) => {
          const width = (ms / total) * 400
          x += width
          return (
            <rect
              key={name}
              class={`phase ${name}`}
              x={x - width}
              y="0"
              width={Math.max(1, width - 1)}
              height="24"
            />
          )
        })}
      </svg>
      <ul class="legend">
        {shown.map(({ name, title, ms }) => (
          <li key={name}>
            <i class={`phase ${name}`} />
            {title} {formatMs(ms)}
          </li>
        ))}
      </ul>
    </div>
  )
}
