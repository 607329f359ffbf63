/** A count and its noun: `1 URL`, `2 URLs`. `shown`: the count as text, if not its plain digits. */
export function counted(count: number, noun: string, shown = String(count)): string {
  return `${shown} ${noun}${count === 1 ? '' : 's'}`
}
