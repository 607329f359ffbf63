/** Lines for standard error with the level of what ends a run. */
export function asErrors(lines: string): string {
  return lines.replaceAll(/^/gm, 'error: ')
}
