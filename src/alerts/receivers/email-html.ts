import { escapeHtml } from './escape-html.ts'
import { darkSheet, STYLES, TONE_COLOURS } from './email-style.ts'
import { moreLines, subjectLine } from './message-fit.ts'
import type { MessageLine, MessageText } from './message-text.ts'

/** A message as HTML: tables without borders, which mail programs lay out alike. Nothing is loaded, and text of servers is text. */
export function emailHtml(message: MessageText): string {
  const { tone, title, subject, note, facts, items, link } = message
  const colour = TONE_COLOURS[tone]
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(subjectLine(message))}</title>
<style>${darkSheet(tone)}</style>
</head>
<body ${style('page')}>
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0"><tr><td align="center" style="padding:16px 8px">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" ${style('card', `border-top:4px solid ${colour}`)}>
<tr><td ${style('head')}>
<p ${style('title', `color:${colour}`)}>${escapeHtml(title)}</p>
<h1 ${style('subject')}>${others(subject)}</h1>
${note === '' ? '' : `<p ${style('note')}>${escapeHtml(note)}</p>\n`}</td></tr>
${factsRow(facts)}${link === '' ? '' : linkRow(link)}${items.length === 0 ? '' : itemsRow(message)}</table>
</td></tr></table>
</body>
</html>
`
}

function factsRow(facts: readonly MessageLine[]): string {
  const rows = facts.map(
    ({ name, value }) =>
      `<tr><th scope="row" ${style('name')}>${escapeHtml(name)}</th><td ${style('value')}>${others(value)}</td></tr>\n`,
  )
  return `<tr><td ${style('cell')}><table cellpadding="0" cellspacing="0" border="0">
${rows.join('')}</table></td></tr>
`
}

function itemsRow(message: MessageText): string {
  const rows = message.items.map(
    ({ name, value }) =>
      `<tr><td ${style('item')}><b>${others(name)}</b><br><span ${style('soft')}>${others(value)}</span></td></tr>\n`,
  )
  const more = moreLines(message).map((line) => `<tr><td ${style('item')}>${escapeHtml(line)}</td></tr>\n`)
  return `<tr><td ${style('cell')}><table width="100%" cellpadding="0" cellspacing="0" border="0">
${rows.join('')}${more.join('')}</table></td></tr>
`
}

function linkRow(link: string): string {
  return `<tr><td ${style('cell')}><a href="${escapeHtml(link)}" ${style('button')}>Open the page</a></td></tr>
`
}

/** Text of others: it may run from right to left, which must not turn what stands beside it. */
function others(text: string): string {
  return `<bdi>${escapeHtml(text)}</bdi>`
}

function style(name: keyof typeof STYLES, more = ''): string {
  return `class="${name}" style="${more === '' ? STYLES[name] : `${STYLES[name]};${more}`}"`
}
