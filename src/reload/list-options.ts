/** How lists are read. */
export interface ListOptions {
  /** A reading that has lost most of its URLs counts too. */
  readonly allowShrink: boolean
  /** Somebody shows where each URL is listed. Default: false. */
  readonly places?: boolean
  /** An invalid line of the first reading is why the run ends. Default: false. */
  readonly refusesInvalid?: boolean
  /** They are read a single time. Default: false. */
  readonly once?: boolean
  /** The lists are only checked. Default: false. */
  readonly check?: boolean
}
