import { LABEL } from '../settings/named-setting.ts'

/** Parses the name of a label. Throws a RangeError. */
export function parseLabelName(text: string): string {
  if (text === '') throw new RangeError('it is empty')
  LABEL.checkName(text)
  return text
}
