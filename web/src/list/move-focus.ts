/** Arrow keys, Home and End move between the links of the element that has this as its `onKeyDown`. */
export function moveFocus(event: KeyboardEvent): void {
  const { key, currentTarget, target } = event
  if (!(currentTarget instanceof HTMLElement) || !(target instanceof HTMLElement)) return
  const links = [...currentTarget.querySelectorAll<HTMLElement>('a.row')]
  const at = links.indexOf(target)
  const moves: Readonly<Record<string, number>> = {
    ArrowDown: at + 1,
    ArrowUp: at - 1,
    Home: 0,
    End: links.length - 1,
  }
  const to = moves[key]
  if (to === undefined || at === -1) return
  event.preventDefault()
  links[Math.max(0, Math.min(links.length - 1, to))]?.focus()
}
