import type { ReceiverKey, ReceiverType } from '../../src/alerts/receivers/receiver-type.ts'
import { code, table } from './markdown.ts'

/** The types of receivers with their keys, as a table in Markdown. */
export function receiverTable(types: readonly ReceiverType[]): string {
  const rows = types.flatMap(({ name, keys, mainKey }) =>
    Object.entries(keys).map(([key, facts], index) => [
      index === 0 ? code(name) : '',
      code(key),
      valueText(facts),
      [
        key === mainKey ? 'the value alone' : '',
        facts.isRequired ? 'needed' : '',
        facts.isSecret ? 'secret' : '',
      ]
        .filter((one) => one !== '')
        .join(', '),
    ]),
  )
  return table(['type', 'key', 'value', ''], rows)
}

function valueText({ takes, text }: ReceiverKey): string {
  return takes === 'text' ? text : takes === 'list' ? `a list: ${text}` : `a map of names: ${text}`
}
