/** The right to plan. */
export interface PlannerToken {
  /** That of the planner's job. */
  readonly token: string
  /** Whether this machine still holds it. */
  readonly isHeld: () => boolean
  /** Which run of headcount this is. */
  readonly run: string
}
