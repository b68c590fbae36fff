/** Microseconds of CPU time of this process: other programs on the machine do not add to it. */
export const cpuNow = (): number => {
  const { user, system } = process.cpuUsage()
  return user + system
}

/** Nanoseconds of CPU time of one of `count` equal pieces of work: the median of some tries, the first of which are for the compiler. */
export const nanosecondsEach = (count: number, work: () => void, tries = 15): number => {
  const times: number[] = []
  for (let attempt = 0; attempt < tries; attempt++) {
    const before = cpuNow()
    work()
    times.push(((cpuNow() - before) * 1000) / count)
  }
  return middle(times.slice(Math.floor(tries / 3)))
}

export const middle = (values: readonly number[]): number => {
  const sorted = [...values].sort((left, right) => left - right)
  return (((sorted[(sorted.length - 1) >> 1] ?? 0) as number) + (sorted[sorted.length >> 1] ?? 0)) / 2
}

/** The quieter blocks of a busy machine: a quarter of the values lies below. Both sides of every comparison are taken so. */
export const quiet = (values: readonly number[]): number => [...values].sort((left, right) => left - right)[Math.floor(values.length / 4)] as number
