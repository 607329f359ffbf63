import { SUB_COMMANDS } from './sub-commands.ts'
import { helpRows } from './wrap.ts'

/** The flags that most people use, with words that fit on one line. */
export const USUAL_FLAGS = [
  { usage: '-f, --file <list>', help: 'read URLs from this file or URL; - is stdin' },
  { usage: '-c, --config <file>', help: 'read flags and URLs from this YAML file' },
  { usage: '-i, --interval <duration>', help: 'time between polls of a URL (60s)' },
  { usage: '-t, --timeout <duration>', help: 'deadline of a poll (10s)' },
  { usage: '--accept <ranges>', help: 'statuses that count as up, such as 2xx,401 (2xx)' },
  { usage: '--once', help: 'poll every URL once, print the results, exit' },
  { usage: '--check', help: 'report mistakes in the lists, poll nothing' },
  { usage: '--format <format>', help: 'table, log, json, logfmt, csv, junit and more' },
  { usage: '--output <file[:format]>', help: 'write the results to this file too' },
  { usage: '--listen <[host:]port>', help: 'serve a page, an API and metrics over HTTP' },
] as const

/** The names of sub-commands, on two lines. */
const NAMES = SUB_COMMANDS.map(({ name }) => name)

/** What `-h` prints: one screen. */
export const SHORT_HELP = `headcount polls every URL on a list, and reports which of them answer.

Usage: headcount [options] [url...]
       headcount ${NAMES.slice(0, 5).join('|')}|
                 ${NAMES.slice(5).join('|')}

${helpRows(USUAL_FLAGS, 80)}
Examples:
  headcount https://a.example/ https://b.example/   two URLs, in a table
  headcount -i 5s -f urls.txt                       a list, every five seconds
  headcount --once --format junit -f urls.txt       once, as a report for CI

--help: all flags; --help WORD: what is about a word; headcount man: the manual
`

/** What `headcount` without arguments says on a terminal: what to type next. */
export const NEXT_STEPS = `headcount polls URLs and reports which of them answer. It needs to know which:
  headcount https://a.example/    poll a URL until you press q
  headcount -f urls.txt           poll a list: a file with one URL per line
  headcount --once -f urls.txt    poll it once; the exit code is 0 if all is up
  headcount init                  write headcount.yml, to change as you like
  headcount -c headcount.yml      poll what it says
  headcount --demo                watch it poll a small site of its own
  headcount -h                    the flags that most people use
`
