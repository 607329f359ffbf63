import type { MessageText } from './message-text.ts'

// Most mail programs read styles of elements, many the style sheet in the head, and few of them anything modern: so light colours stand
// with the elements, and those for a dark screen in the sheet, which has to overrule them.

const FONT = "-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"

/** The style of each element with this class. */
export const STYLES = {
  page: `margin:0;padding:0;background:#eef0f3;font-family:${FONT};color:#1d2530`,
  card: 'max-width:640px;background:#ffffff;border-radius:6px',
  cell: 'padding:0 24px 20px',
  head: 'padding:20px 24px 16px',
  title: 'margin:0 0 4px;font-size:14px;line-height:20px;font-weight:600',
  subject:
    'margin:0;font-size:20px;line-height:28px;font-weight:600;overflow-wrap:anywhere;word-break:break-word',
  note: 'margin:12px 0 0;font-size:15px;line-height:22px',
  name: 'padding:4px 16px 4px 0;font-size:14px;line-height:20px;font-weight:400;color:#5b6675;text-align:left;vertical-align:top;white-space:nowrap',
  value: 'padding:4px 0;font-size:14px;line-height:20px;overflow-wrap:anywhere;word-break:break-word',
  item: 'padding:10px 0;border-top:1px solid #dfe3e8;font-size:14px;line-height:20px;overflow-wrap:anywhere;word-break:break-word',
  soft: 'font-size:14px;line-height:20px;color:#5b6675',
  button:
    'display:inline-block;padding:10px 16px;border-radius:4px;background:#1f5fbf;color:#ffffff;font-size:15px;line-height:20px;text-decoration:none',
} as const

/** The line above a card and its title: on white they have a contrast of 4.5 at least, and so have those for a dark screen. */
export const TONE_COLOURS: Readonly<Record<MessageText['tone'], string>> = {
  critical: '#c0281f',
  warning: '#995900',
  info: '#1f5fbf',
  good: '#17734f',
}

const DARK_TONES: Readonly<Record<MessageText['tone'], string>> = {
  critical: '#ff8d85',
  warning: '#f2b155',
  info: '#86b7ff',
  good: '#63d3a4',
}

/** The style sheet for a message of this tone. */
export function darkSheet(tone: MessageText['tone']): string {
  const rules = [
    '.page{background:#12161c!important;color:#e6e9ee!important}',
    `.card{background:#1c222b!important;border-top-color:${DARK_TONES[tone]}!important}`,
    `.title{color:${DARK_TONES[tone]}!important}`,
    '.name,.soft{color:#a3adba!important}',
    '.item{border-top-color:#343d4a!important}',
    '.button{background:#86b7ff!important;color:#0d1117!important}',
  ]
  return `:root{color-scheme:light dark}@media (prefers-color-scheme:dark){${rules.join('')}}`
}
