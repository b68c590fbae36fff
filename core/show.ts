/** Text that fits into a failure's field: at most 400 characters, without half of a surrogate pair. */
export const clip = (text: string, lengthMax = 400): string => (text.length > lengthMax ? text.slice(0, lengthMax) : text).toWellFormed()

/** A value in the words of an error: its type shows where it could be mistaken. */
export const show = (value: unknown): string => {
  const text =
    typeof value === "bigint"
      ? `${value}n`
      : typeof value === "string"
        ? JSON.stringify(value)
        : typeof value === "function"
          ? "a function"
          : typeof value === "object" && value !== null
            ? shape(value)
            : `${String(value)} (a ${typeof value})`
  return text.length > 200 ? `${clip(text, 200)}...` : text.toWellFormed()
}

const shape = (value: object): string => {
  try {
    return JSON.stringify(value, (_, item: unknown) => (typeof item === "bigint" ? `${item}n` : item)) ?? "an object"
  } catch {
    return "an object"
  }
}
