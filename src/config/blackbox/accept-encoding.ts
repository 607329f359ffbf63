/** Whether a header Accept-Encoding accepts this coding. Everything accepts '', and a header without a value accepts everything. */
export function acceptsCoding(header: string, coding: string): boolean {
  if (coding === '' || header === '') return true
  const items = header.split(',').map((item) => {
    const [name = '', ...rest] = item.split(';')
    return { name: name.trim(), quality: rest.length === 0 ? 1 : qualityOf(rest.at(-1) ?? '') }
  })
  // The first that names it counts, in the order of preference.
  const sorted = items.toSorted((a, b) => b.quality - a.quality)
  return (sorted.find(({ name }) => name === coding || name === '*')?.quality ?? 0) > 0
}

function qualityOf(text: string): number {
  const quality = Number(text.trim().replace(/^q=/, ''))
  return Number.isNaN(quality) ? 0 : Math.round(quality * 1_000) / 1_000
}
