import { registerHooks } from 'node:module'

/** A step of a workflow's first job. */
export interface Step {
  /** The action that it uses; a step without one has `run`. */
  readonly uses?: string
  readonly run?: string
}

// The parser imports its schema as JSON without import attributes, which Node refuses.
registerHooks({
  load: (url, context, next) =>
    next(url, url.endsWith('.json') ? { ...context, importAttributes: { type: 'json' } } : context),
})

/** Parses a workflow of GitHub Actions with GitHub's own parser. Returns its mistakes and the steps of its first job. */
export async function parseWorkflowFile(
  name: string,
  content: string,
): Promise<{ readonly errors: readonly string[]; readonly steps: readonly Step[] }> {
  const { convertWorkflowTemplate, NoOperationTraceWriter, parseWorkflow } =
    await import('@actions/workflow-parser')
  const { context, value } = parseWorkflow({ name, content }, new NoOperationTraceWriter())
  const errors = () => context.errors.getErrors().map(({ message }) => message)
  if (value === undefined || errors().length > 0) return { errors: errors(), steps: [] }
  const { jobs } = await convertWorkflowTemplate(context, value)
  const [job] = jobs
  const steps = (job?.type === 'job' ? job.steps : []).map((step): Step => {
    if ('uses' in step) return { uses: step.uses.value }
    if ('run' in step) return { run: String(step.run) }
    throw new Error(`unknown kind of step: ${JSON.stringify(step)}`)
  })
  return { errors: errors(), steps }
}
