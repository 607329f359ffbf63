import type { ScreenOptions } from './screen.ts'

/** What a person at a terminal is told while polls end. `canQuitNow`: a second request to stop ends the process at once. */
export function endingText(canQuitNow: boolean, screen: ScreenOptions | null): string {
  const ways = screen === null ? 'signal again (Ctrl-C)' : `press ${screen.keys ? 'q or ' : ''}Ctrl-C again`
  return `info: Ending after the polls in flight${canQuitNow ? `; ${ways} to quit now` : ''}\n`
}
