import { useState } from 'preact/hooks'
import { AttentionList, useAttention } from './list/attention.tsx'
import { UrlList } from './list/url-list.tsx'
import type { Summary } from './server/answers.ts'
import { formatCount, formatRate } from './text/numbers.ts'
import { countsText, sentenceOf } from './text/sentence.ts'
import { useLive } from './use-live.ts'
import { Wall } from './wall/wall.tsx'

/** The first page: the state in one sentence, the wall, what needs attention, the list. */
export function Home({ query }: { readonly query: URLSearchParams }) {
  const { counts, summary, model, connection } = useLive()
  const attention = useAttention()
  const [isPlaced, setPlaced] = useState(false)
  // What comes below the wall is asked for at once, but shown first where it stays.
  if (!isPlaced && attention.isKnown && (model !== null || connection.state === 'lost')) setPlaced(true)
  if (counts === null)
    return (
      <>
        <h1 class="skeleton">
          <i class="bar" />
        </h1>
        <p class="sub" aria-hidden="true">
          &nbsp;
        </p>
        <Wall />
      </>
    )
  const { bad, rest } = sentenceOf(counts)
  const isEmpty = counts.up + counts.down + counts.unknown + counts.pending === 0
  return (
    <>
      <h1>
        {bad !== '' && <em>{bad}</em>}
        {rest}
      </h1>
      {isEmpty ? (
        <p class="sub">
          The lists are empty, or could not be read: see the standard error of headcount. URLs appear here as
          soon as a list has some.
        </p>
      ) : (
        <>
          <p class="sub">
            {countsText(counts)}
            {summary !== null && workText(summary)}
          </p>
          <Wall />
          {isPlaced && <AttentionList attention={attention} />}
          <div hidden={!isPlaced}>
            <UrlList query={query} />
          </div>
        </>
      )}
    </>
  )
}

/** Whether headcount keeps up. */
function workText({ pollsPerSecond, skipped }: Summary): string {
  const missed = skipped === 0 ? '' : `, ${formatCount(skipped)} skipped since the start`
  return `${formatRate(pollsPerSecond)} polls a second${missed}.`
}
