import type { CompletionContext, CompletionFlag } from './completion-context.ts'

/** The completion for fish: sourced, or as the file `headcount.fish` in `~/.config/fish/completions`. */
export function fishCompletion(contexts: readonly CompletionContext[]): string {
  const commands = contexts.map(({ command }) => command).filter((command) => command !== '')
  return `# Completion of headcount for fish. For each shell: headcount completion fish | source
function __headcount_command
    set -l words (commandline -opc)
    if contains -- "$words[2]" ${commands.join(' ')}
        test "$words[2]" = "$argv[1]"
    else
        test -z "$argv[1]"
    end
end
function __headcount_argument
    test (count (commandline -opc)) -eq $argv[1]
end
complete -c headcount -f
${contexts.flatMap(linesOf).join('\n')}
`
}

function linesOf({ command, words, takesFiles, flags }: CompletionContext): string[] {
  const inContext = `__headcount_command ${quote(command)}`
  const position = command === '' ? 1 : 2
  const line = (condition: string, rest: string) => `complete -c headcount -n ${quote(condition)} ${rest}`
  return [
    ...words.map(({ word, help }) =>
      line(
        `${inContext}; and __headcount_argument ${position}`,
        `-a ${word}${help === '' ? '' : ` -d ${quote(help)}`}`,
      ),
    ),
    ...(takesFiles
      ? [line(words.length === 0 ? inContext : `${inContext}; and not __headcount_argument 2`, '-F')]
      : []),
    ...flags.map((flag) => line(inContext, flagOf(flag))),
  ]
}

function flagOf({ names, help, takes, choices }: CompletionFlag): string {
  const options = names.map((name) => (name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`))
  const value = { nothing: '', file: ' -r -F', text: ' -x', word: ` -x -a ${quote(choices.join(' '))}` }[
    takes
  ]
  return `${options.join(' ')}${value} -d ${quote(help)}`
}

function quote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}
