/** Maximum length of text of a server in the detail of a failed check, in UTF-16 units. */
const MAX_EXCERPT = 120

/** The first 120 characters of a text, with runs of white space as one space. */
export function excerpt(text: string): string {
  // A page may begin with kilobytes of white space, but not all of a long text is looked at.
  const start = text
    .slice(0, 50 * MAX_EXCERPT)
    .replaceAll(/\s+/g, ' ')
    .trim()
  if (start.length <= MAX_EXCERPT) return start
  return `${start.slice(0, MAX_EXCERPT).replace(/[\ud800-\udbff]$/, '')}…`
}
