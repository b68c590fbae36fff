import { produce, type Draft } from "immer"

/**
 * A changed copy of a deep state, written as if it could be changed in place. For small nested states, where a draft reads better than
 * spreads; what grows belongs into a `Table`, which Immer leaves alone as one value.
 *
 *     const next = edit(state, (draft) => { draft.reporters[0].price = 5n })
 */
export const edit = <S>(state: S, change: (draft: Draft<S>) => void): S => produce(state, (draft) => void change(draft))
