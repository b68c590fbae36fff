/** A handling that went wrong in a way that nobody declared: the actor's bug. */
export class DefectFound {
  readonly problem: string
  readonly stack: string | undefined

  constructor(problem: string, stack?: string) {
    this.problem = problem
    this.stack = stack
  }
}
