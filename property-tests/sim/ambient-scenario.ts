import { planted } from "./planted.ts"

let count = 0

/** A scenario file whose module remembers how often it was asked. */
export default planted({ value: () => String(++count) })
