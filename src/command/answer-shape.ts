// Whether an answer is one of headcount. Other programs have paths of these names too, such as Prometheus, and answer JSON.

/** Whether it is what `/api/v1/alerts` answers. */
export function isAlertList(answer: object): boolean {
  const { alerts, total } = answer as Fields
  return typeof total === 'number' && isListOf(alerts, isAlert)
}

/** Whether it is what `/api/v1/silences` answers. */
export function isSilenceList(answer: object): boolean {
  return isListOf((answer as Fields)['silences'], isSilence)
}

/** Whether it is what `/api/v1/silences` answers that was told to begin or end one. */
export function isSilenceId(answer: object): boolean {
  return hasTexts(answer, ['id'])
}

type Fields = Readonly<Record<string, unknown>>

const ALERT_TEXTS = ['rule', 'severity', 'url', 'group', 'since', 'summary', 'phase']

function isAlert(value: unknown): boolean {
  if (!hasTexts(value, ALERT_TEXTS)) return false
  const { muted, acknowledged } = value as Fields
  return typeof muted === 'boolean' && (acknowledged === null || hasTexts(acknowledged, ['by']))
}

function isSilence(value: unknown): boolean {
  if (!hasTexts(value, ['id', 'author', 'comment', 'from', 'to'])) return false
  const { match, url } = value as Fields
  return (
    (url === null || typeof url === 'string') && isListOf(match, (one) => hasTexts(one, ['label', 'value']))
  )
}

function isListOf(value: unknown, isOne: (item: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every((item) => isOne(item))
}

function hasTexts(value: unknown, names: readonly string[]): boolean {
  if (typeof value !== 'object' || value === null) return false
  return names.every((name) => typeof (value as Fields)[name] === 'string')
}
