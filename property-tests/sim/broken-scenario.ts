import { planted } from "./planted.ts"

/** A scenario file with a planted bug: in block 4 a state grows beyond what its actor's invariant allows. */
export default planted({ value: ({ height }) => "x".repeat(height === 4 ? 101 : 3) })
