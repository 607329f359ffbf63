import type { CompletionContext, CompletionFlag } from './completion-context.ts'

/** The completion for bash: no package is needed beside it. */
export function bashCompletion(contexts: readonly CompletionContext[]): string {
  const commands = contexts.filter(({ command }) => command !== '').map(({ command }) => command)
  return `# Completion of headcount for bash. For each shell: source <(headcount completion bash)
_headcount() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD - 1]} command=''
  # The = of --format=json is a word of its own.
  if [[ $cur == = ]]; then cur=''; elif [[ $prev == = ]]; then prev=\${COMP_WORDS[COMP_CWORD - 2]}; fi
  if ((COMP_CWORD > 1)); then
    case \${COMP_WORDS[1]} in ${commands.join(' | ')}) command=\${COMP_WORDS[1]} ;; esac
  fi
  local first=$((\${#command} > 0 ? 2 : 1)) words='' files=''
  COMPREPLY=()
  case $command:$prev in
${contexts.flatMap(valueCases).join('\n')}
  *)
    case $command:$cur in
${contexts.map(nameCases).join('\n')}
    esac
    ;;
  esac
  if [[ -n $files ]]; then
    local IFS=$'\\n'
    compopt -o filenames 2>/dev/null
    COMPREPLY=($(compgen -f -- "$cur"))
  elif [[ -n $words ]]; then
    COMPREPLY=($(compgen -W "$words" -- "$cur"))
  fi
}
complete -F _headcount headcount
`
}

/** Cases of a flag before the word: they say what its value can be. */
function valueCases({ command, flags }: CompletionContext): string[] {
  const pattern = (some: readonly CompletionFlag[]) =>
    some.flatMap(({ names }) => names.map((name) => `${command}:${name}`)).join(' | ')
  const of = (takes: CompletionFlag['takes']) => flags.filter((flag) => flag.takes === takes)
  return [
    ...of('word').map((flag) => `  ${pattern([flag])}) words='${flag.choices.join(' ')}' ;;`),
    ...(of('file').length === 0 ? [] : [`  ${pattern(of('file'))}) files=1 ;;`]),
    ...(of('text').length === 0 ? [] : [`  ${pattern(of('text'))}) ;;`]),
  ]
}

/** Cases of the word itself: a flag, the first argument, or another one. */
function nameCases({ command, words, takesFiles, flags }: CompletionContext): string {
  const names = flags.flatMap((flag) => flag.names).join(' ')
  const first = `words='${words.map(({ word }) => word).join(' ')}'`
  const other = takesFiles ? 'files=1' : ':'
  const argument = words.length === 0 ? other : `if ((COMP_CWORD == first)); then ${first}; else ${other}; fi`
  return `    ${command}:-*) words='${names}' ;;\n    ${command}:*) ${argument} ;;`
}
