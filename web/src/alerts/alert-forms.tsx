import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { AlertRow } from '../server/alert-answers.ts'
import { visible } from '../text/visible.ts'
import { keepName, lastName, useChange } from './change.ts'
import type { Change } from './change.ts'

interface FormProps {
  readonly alert: AlertRow
  /** The change is made. */
  readonly done: () => void
  readonly close: () => void
}

/** Who looks after an alert, and all that are told with it. */
export function AcknowledgeForm({ alert, done, close }: FormProps) {
  const change = useChange()
  const [by, setBy] = useState(lastName)
  const send = () => {
    keepName(by)
    void change.send('POST', 'api/v1/acknowledge', new URLSearchParams({ key: alert.key, by }), done)
  }
  return (
    <Form label="acknowledge" change={change} send={send} close={close}>
      <p>It is neither repeated nor escalated until another alert joins it.</p>
      <Text label="your name" value={by} set={setBy} isRequired />
    </Form>
  )
}

/** How long silences last, as the API has it. */
const TIMES = ['30m', '1h', '2h', '4h', '8h', '24h', '72h', '168h'] as const

/** Nobody is told of alerts of a URL, or with some labels, for a time. */
export function SilenceForm({ alert, done, close }: FormProps) {
  const change = useChange()
  const [author, setAuthor] = useState(lastName)
  const [comment, setComment] = useState('')
  const [lasts, setLasts] = useState<string>('2h')
  const [without, setWithout] = useState<readonly string[]>([])
  const labels = Object.entries(alert.labels)
  // What has no labels is silenced by its URL.
  const [isForUrl, setIsForUrl] = useState(labels.length === 0)
  const send = () => {
    keepName(author)
    const query = new URLSearchParams({ for: lasts, author, comment })
    for (const [name, value] of labels)
      if (!without.includes(name)) query.append(`label.${name}`, exactly(value))
    if (isForUrl) query.append('u', alert.url)
    void change.send('POST', 'api/v1/silences', query, done)
  }
  return (
    <Form
      label="silence"
      change={change}
      send={send}
      close={close}
      isBlocked={without.length === labels.length && !isForUrl}
    >
      <fieldset>
        <legend>Every alert with</legend>
        {alert.url !== '' && (
          <label>
            <input
              type="checkbox"
              checked={isForUrl}
              onChange={({ currentTarget: { checked } }) => setIsForUrl(checked)}
            />
            <bdi>URL: {visible(alert.url)}</bdi>
          </label>
        )}
        {labels.map(([name, value]) => (
          <label key={name}>
            <input
              type="checkbox"
              checked={!without.includes(name)}
              onChange={({ currentTarget: { checked } }) =>
                setWithout(checked ? without.filter((one) => one !== name) : [...without, name])
              }
            />
            <bdi>
              {visible(name)}: {visible(value)}
            </bdi>
          </label>
        ))}
      </fieldset>
      <label>
        for
        <select value={lasts} onChange={({ currentTarget }) => setLasts(currentTarget.value)}>
          {TIMES.map((time) => (
            <option key={time} value={time}>
              {time}
            </option>
          ))}
        </select>
      </label>
      <Text label="your name" value={author} set={setAuthor} isRequired />
      <Text label="comment" value={comment} set={setComment} />
    </Form>
  )
}

/** A value of a label as a condition: what begins like an expression or its opposite is written as an expression. */
function exactly(value: string): string {
  return /^[!~]/.test(value) ? `~${value.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`)}` : value
}

function Text(props: {
  readonly label: string
  readonly value: string
  readonly set: (value: string) => void
  readonly isRequired?: boolean
}) {
  const { label, value, set, isRequired = false } = props
  return (
    <label>
      {label}
      <input
        class="search"
        type="text"
        value={value}
        maxLength={500}
        required={isRequired}
        autocomplete={isRequired ? 'name' : 'off'}
        onInput={({ currentTarget }) => set(currentTarget.value)}
      />
    </label>
  )
}

/** A form below an alert. Escape closes it, Enter sends it. */
function Form(props: {
  readonly label: string
  readonly change: Change
  readonly isBlocked?: boolean
  readonly send: () => void
  readonly close: () => void
  readonly children: preact.ComponentChildren
}) {
  const { label, change, isBlocked = false, send, close, children } = props
  const form = useRef<HTMLFormElement>(null)
  useLayoutEffect(() => {
    form.current?.querySelector<HTMLElement>('input, select')?.focus()
  }, [])
  return (
    <form
      ref={form}
      class="act"
      aria-label={label}
      onSubmit={(event) => {
        event.preventDefault()
        if (!change.isSending && !isBlocked) send()
      }}
      onKeyDown={(event) => {
        if (event.key === 'Escape') close()
      }}
    >
      {children}
      <div class="acts">
        <button class="tab" type="submit" disabled={change.isSending || isBlocked}>
          {label}
        </button>
        <button class="tab" type="button" onClick={close}>
          cancel
        </button>
      </div>
      {change.why !== null && (
        <p class="down" role="alert">
          {change.why}
        </p>
      )}
    </form>
  )
}
