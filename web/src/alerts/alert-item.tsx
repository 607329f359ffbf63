import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import { urlAddress } from '../route.ts'
import type { AlertRow } from '../server/alert-answers.ts'
import { Glyph } from '../text/glyph.tsx'
import { Ago } from '../text/time.tsx'
import { nameOf } from '../text/url-name.ts'
import { visible } from '../text/visible.ts'
import { AcknowledgeForm, SilenceForm } from './alert-forms.tsx'

const SIGNS = { critical: 'down', warning: 'warning', info: 'unknown' } as const

/** An alert: how bad, of what, why, since when, who knows; and what can be done about it. */
export function AlertItem(props: { readonly alert: AlertRow; readonly changed: () => void }) {
  const { alert, changed } = props
  const { severity, url, group, summary, rule, since, phase, labels } = alert
  const [form, setForm] = useState<'acknowledge' | 'silence' | null>(null)
  const item = useRef<HTMLLIElement>(null)
  const opener = useRef<string | null>(null)
  useLayoutEffect(() => {
    // Who closes a form goes on where it was opened.
    if (form !== null) opener.current = form
    else if (opener.current !== null) {
      item.current?.querySelector<HTMLElement>(`button[data-form=${opener.current}]`)?.focus()
      opener.current = null
    }
  }, [form])
  const close = () => setForm(null)
  const done = () => {
    close()
    changed()
  }
  const { name, rest } = nameOf({ url, labels })
  const isOver = phase === 'resolved' || phase === 'unwatched'
  const isTaken = alert.acknowledged !== null
  const opens = (which: 'acknowledge' | 'silence') => ({
    type: 'button' as const,
    class: 'tab',
    'data-form': which,
    'aria-expanded': form === which,
    'aria-label': `${which} ${url === '' ? group : url}`,
    onClick: () => setForm(form === which ? null : which),
  })
  return (
    <li class="alert" ref={item}>
      <Glyph sign={isOver ? 'up' : SIGNS[severity]} />
      <div class="what">
        {url === '' ? (
          <span class="name">
            <bdi>{visible(group)}</bdi>
          </span>
        ) : (
          <a class="name" href={urlAddress(url)} data-page title={url}>
            <bdi>{name}</bdi> <bdi class="rest">{rest}</bdi>
          </a>
        )}
        <div class="why">
          <bdi>{visible(summary)}</bdi>
        </div>
        <div class="facts-line">
          {isOver ? 'over' : severity} · rule <bdi>{visible(rule)}</bdi> · {stateOf(alert)}
        </div>
      </div>
      <span class="figure since">
        <Ago at={since} what="since" />
      </span>
      {!isOver && (
        <div class="acts">
          {phase === 'told' && !isTaken && <button {...opens('acknowledge')}>acknowledge</button>}
          {!alert.muted && <button {...opens('silence')}>silence</button>}
        </div>
      )}
      {form === 'acknowledge' && <AcknowledgeForm alert={alert} done={done} close={close} />}
      {form === 'silence' && <SilenceForm alert={alert} done={done} close={close} />}
    </li>
  )
}

function stateOf({ phase, muted, acknowledged }: AlertRow) {
  if (phase === 'resolved') return 'its end is told soon'
  if (phase === 'unwatched') return 'no longer watched'
  if (acknowledged !== null)
    return (
      <>
        acknowledged by <bdi>{visible(acknowledged.by)}</bdi>
        {muted && ', muted'}
      </>
    )
  if (muted) return 'muted by maintenance, a silence or another alert'
  return phase === 'told' ? 'told' : 'told soon'
}
