import { readdirSync, readFileSync } from "node:fs"

const TASKS = "/proc/self/task"

/** Nanoseconds that each thread of this process was on a core, by its number; nothing where the system does not tell. */
export const threadTimes = (): ReadonlyMap<number, number> => {
  const times = new Map<number, number>()
  for (const task of tasks()) {
    try {
      times.set(Number(task), Number(readFileSync(`${TASKS}/${task}/schedstat`, "utf8").split(" ")[0]))
    } catch {
      // It ended since they were listed.
    }
  }
  return times
}

const tasks = (): readonly string[] => {
  try {
    return readdirSync(TASKS)
  } catch {
    return []
  }
}
