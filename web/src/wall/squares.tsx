const SQUARES = [
  ['up', 'up, stronger when just polled'],
  ['down', 'down'],
  ['unknown', 'unknown'],
  ['pending', 'not polled yet'],
] as const

/** What the squares of the wall mean. */
export function Squares() {
  return (
    <p class="squares">
      {SQUARES.map(([verdict, text]) => (
        <span key={verdict}>
          <i class={verdict} /> {text}
        </span>
      ))}
    </p>
  )
}
