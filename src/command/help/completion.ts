import type { Flag } from '../../settings/flag.ts'
import { bashCompletion } from './bash-completion.ts'
import { completionContexts } from './completion-context.ts'
import type { CompletionContext } from './completion-context.ts'
import { fishCompletion } from './fish-completion.ts'
import type { Shell } from './sub-commands.ts'
import { zshCompletion } from './zsh-completion.ts'

const WRITERS: Readonly<Record<Shell, (contexts: readonly CompletionContext[]) => string>> = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
}

/** The script that completes the command line in a shell: what `headcount completion SHELL` prints. */
export function completion(shell: Shell, flags: readonly Flag[]): string {
  return WRITERS[shell](completionContexts(flags))
}
