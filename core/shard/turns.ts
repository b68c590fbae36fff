interface Waiting {
  readonly begin: () => void
  readonly joins: boolean
}

/** One thing begins after the other, in the order in which they were asked for. */
export class Turns {
  private busy = false
  private readonly waiting: Waiting[] = []

  /**
   * `work` has the turn until it is done, or until it says that the next may begin: that one has then begun when `free` returns. `joins`: what
   * `nextJoins` says of it while it waits to be the next.
   */
  take<A>(work: (free: () => void) => Promise<A>, joins = false): Promise<A> {
    return new Promise((resolve, reject) => {
      const begin = (): void => {
        let freed = false
        const free = (): void => {
          if (freed) return
          freed = true
          const next = this.waiting.shift()
          if (next === undefined) this.busy = false
          else next.begin()
        }
        work(free).finally(free).then(resolve, reject)
      }
      if (this.busy) this.waiting.push({ begin, joins })
      else {
        this.busy = true
        begin()
      }
    })
  }

  /** Whether somebody is next, and joins. */
  get nextJoins(): boolean {
    return this.waiting[0]?.joins === true
  }
}
