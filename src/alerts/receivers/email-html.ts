import { escapeHtml } from './escape-html.ts'
import { moreLines } from './message-fit.ts'
import type { MessageLine, MessageText } from './message-text.ts'

// Mail programs know few styles, and only those that stand in the elements themselves.

const COLOURS: Readonly<Record<MessageText['tone'], string>> = {
  critical: '#b42318',
  warning: '#b54708',
  info: '#175cd3',
  good: '#067647',
}

const FONT = 'font-family:-apple-system,Segoe UI,Roboto,Helvetica,Arial,sans-serif'
const MUTED = 'color:#667085'
/** Long URLs must not make a phone scroll. */
const WRAP = 'overflow-wrap:anywhere;word-break:break-word'

/** A message as HTML: nothing in it is loaded from elsewhere, and text of servers is text. */
export function emailHtml(message: MessageText): string {
  const { tone, title, subject, note, facts, items, link } = message
  const colour = COLOURS[tone]
  const parts = [
    `<p style="margin:0;font-size:13px;font-weight:600;color:${colour}">${escapeHtml(title)}</p>`,
    `<h1 style="margin:2px 0 12px;font-size:18px;line-height:1.35;${WRAP}">${escapeHtml(subject)}</h1>`,
    note === '' ? '' : `<p style="margin:0 0 12px;font-size:14px">${escapeHtml(note)}</p>`,
    table(facts),
    items.length === 0
      ? ''
      : `<hr style="border:0;border-top:1px solid #eaecf0;margin:12px 0">${table(items)}`,
    ...moreLines(message).map(
      (line) => `<p style="margin:8px 0 0;font-size:14px;${MUTED}">${escapeHtml(line)}</p>`,
    ),
    link === ''
      ? ''
      : `<p style="margin:16px 0 0;font-size:14px"><a href="${escapeHtml(link)}" style="color:${colour}">${escapeHtml(link)}</a></p>`,
  ]
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeHtml(title)}</title></head>
<body style="margin:0;padding:16px;background:#f2f4f7;color:#101828;${FONT}">
<div style="max-width:640px;margin:0 auto;padding:16px 20px;background:#ffffff;border-top:4px solid ${colour}">
${parts.filter((part) => part !== '').join('\n')}
</div>
</body>
</html>
`
}

function table(lines: readonly MessageLine[]): string {
  const cell = 'padding:3px 0;vertical-align:top;font-size:14px;line-height:1.4'
  const rows = lines.map(
    ({ name, value }) =>
      `<tr><td style="${cell};padding-right:16px;${MUTED};${WRAP}">${escapeHtml(name)}</td><td style="${cell};${WRAP}">${escapeHtml(value)}</td></tr>`,
  )
  return `<table role="presentation" style="border-collapse:collapse">\n${rows.join('\n')}\n</table>`
}
