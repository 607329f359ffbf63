import type { CompletionContext, CompletionFlag } from './completion-context.ts'

/** The completion for zsh: sourced, or as the file `_headcount` of a folder of fpath. */
export function zshCompletion(contexts: readonly CompletionContext[]): string {
  const commands = contexts.filter(({ command }) => command !== '')
  const plain = contexts.filter(({ command }) => command === '')
  return `#compdef headcount
# Completion of headcount for zsh. For each shell, after compinit: source <(headcount completion zsh)
_headcount() {
  local command=''
  (( CURRENT > 2 )) && command=$words[2]
  case $command in
${[...commands, ...plain].map(caseOf).join('')}  esac
}
if [[ $funcstack[1] == _headcount ]]; then _headcount "$@"; else compdef _headcount headcount; fi
`
}

function caseOf(context: CompletionContext): string {
  const { command, words, takesFiles, flags } = context
  const first = words.map(({ word, help }) => (help === '' ? word : `${word}\\:${quoteWord(help)}`)).join(' ')
  const list = words.some(({ help }) => help !== '') ? `((${first}))` : `(${first})`
  const position = command === '' ? 1 : 2
  const specs = [
    ...flags.flatMap(specsOf),
    ...(command === '' ? [] : ['1: :']),
    ...(words.length === 0 ? [] : [`${position}:command:${list}`]),
    ...(takesFiles ? ['*:file:_files'] : []),
  ]
  return `  ${command === '' ? '*' : command})
    _arguments -S ${specs.map((spec) => `\\\n      ${quoteShell(spec)}`).join(' ')}
    ;;
`
}

/** The specifications of _arguments for a flag: one for each of its names. */
function specsOf({ names, help, takes, choices, isRepeatable }: CompletionFlag): string[] {
  const others = names.length > 1 ? `(${names.join(' ')})` : ''
  const value =
    takes === 'nothing'
      ? ''
      : takes === 'file'
        ? ':file:_files'
        : takes === 'word'
          ? `:value:(${choices.join(' ')})`
          : ':value: '
  return names.map((name) => {
    const equals = takes !== 'nothing' && name.startsWith('--') ? '=' : ''
    return `${isRepeatable ? '*' : others}${name}${equals}[${help.replace(/[\\[\]:]/g, '\\$&')}]${value}`
  })
}

/** A description in a list of words: spaces, colons and brackets mean something there. */
function quoteWord(text: string): string {
  return text.replace(/[^\w]/g, '\\$&')
}

function quoteShell(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`
}
