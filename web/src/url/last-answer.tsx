import { useEffect, useState } from 'preact/hooks'
import type { UrlDetail } from '../server/answers.ts'
import { curlCommand } from '../../../src/print/text/curl-command.ts'
import { formatMs } from '../text/numbers.ts'
import { Ago } from '../text/time.tsx'
import { answerOf } from '../text/why.ts'
import { PhaseBar } from './phases.tsx'

/** What exactly the last poll found, what that means, and how to ask by hand. */
export function LastAnswer({ row }: { readonly row: UrlDetail }) {
  const { at, phasesMs, durationMs, verdict, answer = verdict, consecutive = 0 } = row
  const command = curlCommand(row)
  return (
    <section class="card" aria-labelledby="answer">
      <h2 id="answer">
        Last answer <small>{at === null ? 'not polled yet' : <Ago at={at} suffix=" ago" />}</small>
      </h2>
      {row.reason !== null && (
        <p class={`found ${answer}`}>
          <bdi>{answerOf(row)}</bdi>
        </p>
      )}
      {answer !== verdict && (
        <p class="soft">
          The last {consecutive === 1 ? 'poll' : `${consecutive} polls`} found {answer}; the verdict follows
          after more of them.
        </p>
      )}
      <Meaning reason={row.reason} />
      {phasesMs !== null && durationMs !== null && <PhaseBar phases={phasesMs} durationMs={durationMs} />}
      <dl class="details">
        <Detail name="took" value={durationMs === null ? '' : formatMs(durationMs)} />
        <Detail name="request" value={requestOf(row)} />
        <Detail name="address" value={row.address ?? ''} />
        <Detail name="protocol" value={protocolOf(row)} />
        <Detail
          name="redirects"
          value={(row.redirects ?? 0) > 0 ? `${row.redirects}, to ${row.finalUrl ?? ''}` : ''}
        />
        <Detail name="errors in a row" value={row.errCount > 0 ? String(row.errCount) : ''} />
        <Detail
          name="started late by"
          value={row.lateMs !== null && row.lateMs >= 1 ? formatMs(row.lateMs) : ''}
        />
      </dl>
      {command !== null && (
        <>
          <p class="soft">
            {command.isSame ? 'The' : 'About the'} same request by hand
            {command.text.includes('…') && ', with … for what is not shown'}
          </p>
          <pre tabIndex={0}>
            <code>{command.text}</code>
          </pre>
        </>
      )}
    </section>
  )
}

function Detail({ name, value }: { readonly name: string; readonly value: string }) {
  if (value === '') return null
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <bdi>{value}</bdi>
      </dd>
    </div>
  )
}

function requestOf({ method, rechecked }: UrlDetail): string {
  if (method === null || method === '') return ''
  return rechecked === true ? `${method}, second attempt` : method
}

function protocolOf({ httpVersion, tls }: UrlDetail): string {
  const http = httpVersion === null || httpVersion === '' ? '' : `HTTP/${httpVersion}`
  return [http, tls?.protocol ?? ''].filter((part) => part !== '').join(', ')
}

/** What a reason means, and what to do about it. The texts are loaded when one is needed. */
function Meaning({ reason }: { readonly reason: string | null }) {
  const [help, setHelp] = useState<readonly [reason: string, meaning: string, action: string] | null>(null)
  useEffect(() => {
    if (reason === null || reason === 'ok') return
    import('virtual:reasons')
      .then(({ REASONS }) => {
        const [meaning, action] = REASONS[reason] ?? ['', '']
        setHelp([reason, meaning, action])
      })
      // Without a connection, which is said elsewhere.
      .catch(() => setHelp(null))
  }, [reason])
  if (help === null || help[0] !== reason) return null
  return (
    <p class="soft">
      {help[1]} {help[2]}
    </p>
  )
}
