import type { AlertKind } from '../alert-rule.ts'
import type { Notification } from '../notification.ts'

/** How an alert of one kind is told. */
interface KindWords {
  readonly fired: string
  /** It was told before, and lasts. */
  readonly lasting: string
  readonly over: string
}

const WORDS: Readonly<Record<AlertKind, KindWords>> = {
  down: { fired: 'Down', lasting: 'Still down', over: 'Up again' },
  unknown: { fired: 'Unknown', lasting: 'Still unknown', over: 'Known again' },
  slow: { fired: 'Slow', lasting: 'Still slow', over: 'No longer slow' },
  certificate: {
    fired: 'Certificate expires soon',
    lasting: 'Certificate not renewed',
    over: 'Certificate renewed',
  },
  uptime: { fired: 'Uptime too low', lasting: 'Uptime still too low', over: 'Uptime high enough again' },
  changed: { fired: 'Changed', lasting: 'Changed', over: 'Changed' },
  flapping: { fired: 'Flapping', lasting: 'Still flapping', over: 'Settled' },
  group: { fired: 'Group down', lasting: 'Group still down', over: 'Group up again' },
}

/** What happened, in a few words, with which the subject begins. */
export function titleOf({ cause, kind, status }: Notification): string {
  const words = WORDS[kind]
  if (cause === 'test') return 'Test'
  if (cause === 'unwatched') return 'No longer watched'
  if (status === 'resolved') return words.over
  if (cause === 'repeat') return words.lasting
  return cause === 'escalation' ? `Not acknowledged: ${words.lasting.toLowerCase()}` : words.fired
}

/** A sentence that explains the title; '' if it needs none. */
export function noteOf({ cause, kind, status }: Notification): string {
  if (cause === 'test') return 'Somebody asked for this message, to see whether it arrives. Nothing is wrong.'
  if (cause === 'unwatched')
    return `It is not on the lists any more, or its rule is not in the configuration or has another limit${kind === 'uptime' ? ', or the history has begun anew' : ''}. It was not seen to be over.`
  if (status === 'resolved') return ''
  if (cause === 'escalation') return 'Others were told before, and nobody has acknowledged it.'
  if (kind === 'unknown') return 'headcount can not see whether it is up.'
  return kind === 'flapping' ? 'It goes up and down. While that lasts, no message says that it is down.' : ''
}
