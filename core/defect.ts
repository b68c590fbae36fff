/** A handling that went wrong in a way that nobody declared: the actor's bug. */
export class DefectFound {
  readonly problem: string
  readonly stack: string | undefined

  constructor(problem: string, stack?: string) {
    this.problem = problem
    this.stack = stack
  }
}

/** Whatever a handler threw, as a defect. */
export const defectOf = (thrown: unknown): DefectFound => {
  try {
    return thrown instanceof Error
      ? new DefectFound(`${thrown.name}: ${thrown.message}`, thrown.stack)
      : new DefectFound(`the handler threw ${String(thrown)}`)
  } catch {
    return new DefectFound("the handler threw something that cannot be shown")
  }
}
