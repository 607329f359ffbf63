import { toggle, value } from '../settings/flag.ts'
import { COUNT_OR_SHARE, DURATION, integer } from '../settings/value-types.ts'

/** Flags of a run that polls each URL once. */
export const ONCE_FLAGS = [
  value({
    usage: '--retries <n>',
    field: 'retries',
    group: 'Run',
    help: 'with --once: poll what is not up so many times more',
    type: integer(0, 100),
    default: '1',
  }),
  value({
    usage: '--retry-delay <duration>',
    field: 'retryDelayMs',
    group: 'Run',
    help: 'with --once: time from a poll to its retry',
    type: DURATION,
    default: '1s',
  }),
  toggle({
    usage: '--fail-fast',
    field: 'failFast',
    group: 'Run',
    help: 'with --once: end when more URLs than --max-down are not up',
  }),
  value({
    usage: '--max-down <n or %>',
    field: 'maxDown',
    group: 'Run',
    help: 'with --once: exit with 0 if no more URLs than this are not up',
    type: COUNT_OR_SHARE,
    default: '0',
  }),
  toggle({
    usage: '--strict',
    field: 'strict',
    group: 'Run',
    help: 'with --once: poll nothing if a line is invalid, and exit with 3',
    offHelp: 'with --once: report invalid lines and poll the others',
  }),
] as const
