import { Struct, type Codec, type Fields, type Values } from "./codec.ts"

/** A small value that actors publish at the end of a block and that every actor reads during the next one. */
export interface View<Name extends string = string, F extends Fields = Fields> {
  readonly name: Name
  readonly codec: Codec<Values<F>>
}

export type AnyView = View<string, any>
export type Published<V extends AnyView> = V extends View<any, infer F> ? Values<F> : never

export const View = {
  /** Declares a view type. Several actor definitions may publish the same one; readers name the view, not the definition. */
  make<const Name extends string, F extends Fields>(name: Name, fields: F): View<Name, F> {
    return { name, codec: Struct(fields) }
  },
}
