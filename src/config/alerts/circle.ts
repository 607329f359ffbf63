/** Whether names lead from `name` back to it. `next`: the names that each name leads to. */
export function isInCircle(name: string, next: (name: string) => readonly string[]): boolean {
  const seen = new Set<string>()
  const open = [...next(name)]
  for (let one = open.pop(); one !== undefined; one = open.pop()) {
    if (one === name) return true
    if (seen.has(one)) continue
    seen.add(one)
    open.push(...next(one))
  }
  return false
}
