import { born } from "./born.ts"
import { planted } from "./planted.ts"

/** A scenario file whose actors read a Map that another module fills in the order of construction. */
export default planted({ create: (self) => (born.set(self, born.size), ""), value: () => [...born.keys()].join() })
