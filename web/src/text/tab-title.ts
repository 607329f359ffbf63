/** The title of a tab. Without a connection that comes first: what is shown then may be no longer so. */
export function tabTitle(parts: readonly string[], connection: 'connecting' | 'live' | 'lost'): string {
  const first = connection === 'lost' ? ['no connection'] : []
  return [...first, ...parts, 'headcount'].join(' · ')
}
