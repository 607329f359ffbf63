/** Flags that contradict each other, or a file that a flag names and that can't be used. */
export class FlagsError extends Error {
  /** The flag at fault; null: none in particular. */
  readonly flag: string | null

  /** `why` is a clause for the user. */
  constructor(flag: string | null, why: string, cause?: unknown) {
    super(why, { cause })
    this.name = 'FlagsError'
    this.flag = flag
  }
}

/** No URL, list or configuration is given. */
export class NothingToPollError extends FlagsError {
  constructor() {
    super(
      null,
      'nothing to poll: give URLs, a list with -f, a configuration with -c, or --demo; or only probes, with --listen and --probe-config; or what other machines list, with --cluster',
    )
  }
}
