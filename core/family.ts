import type { AnyDefinition, ParamsOf } from "./actor.ts"
import { hashText, interned, isAddress, type Address } from "./address.ts"
import { InvalidFamily } from "./errors.ts"
import type { ReadView } from "./expectations.ts"
import { NoSuchActor } from "./failure.ts"
import type { FundsLike } from "./funds.ts"
import { actor, type GenesisActor } from "./genesis.ts"
import { LIMITS } from "./limits.ts"
import { clip, show } from "./show.ts"
import type { AnyView, Published } from "./view.ts"

/**
 * One name, many actors: what one actor would do too slowly, or too much of, is divided by a key (an account, a market, a policy) among members
 * that share a definition and nothing else. Each member is an actor like any other, with its own state, money, mailbox and thread.
 *
 * A family is a plain value that everybody who knows its name can make again; nothing of it is kept in the world but its members.
 */
export interface Family<D extends AnyDefinition = AnyDefinition, K extends string = string> {
  readonly name: Address
  readonly definition: D
  /** Where the members live: `<name>/0`, `<name>/1`, ... by number, or `<name>/<key>` in the order of the declared keys. */
  readonly members: readonly Address[]
  /** The member that is responsible for a key: the same for ever, on every machine. Of keyed families: throws `NoSuchActor` for a key that was not declared. */
  readonly addressOf: (key: K) => Address
}

/**
 * The member of a family of `size` numbered members that is responsible for `key`: number hash(key) modulo size, where hash is the one that
 * puts addresses into slots. For members themselves, which know the family's name and size by their parameters.
 */
export const memberOf = (name: Address, size: number, key: string): Address => `${name}/${hashText(key) % size}`

/** Whether an actor is one of the `size` numbered members of the family: how a member knows its peers from others who claim to be. */
export const isMemberOf = (name: Address, size: number, address: Address): boolean => {
  if (!address.startsWith(`${name}/`)) return false
  const place = address.slice(name.length + 1)
  return /^(?:0|[1-9][0-9]{0,6})$/.test(place) && Number(place) < size
}

const refuse = (field: string, expected: string, value: unknown): never => {
  throw new InvalidFamily({ field, expected, value: show(value) })
}

const checked = (name: Address, definition: AnyDefinition): void => {
  if (!isAddress(name)) refuse("name", "an address, such as payments/ledger", name)
  if (!((definition as AnyDefinition | undefined)?.routes instanceof Map)) refuse("definition", "what Actor.make gives", definition)
}

export const Family = {
  /** `size` members by number, any key goes to one of them by its hash: for keys that are many and come and go, such as accounts. Throws `InvalidFamily`. */
  hashed<D extends AnyDefinition>(name: Address, definition: D, size: number): Family<D> {
    checked(name, definition)
    if (!Number.isSafeInteger(size) || size < 1 || size > LIMITS.familyMembersMax) refuse("size", `an integer from 1 to ${LIMITS.familyMembersMax}`, size)
    const members = Array.from({ length: size }, (_, index) => interned(`${name}/${index}`))
    if (!isAddress(members.at(-1))) refuse("name", `short enough for ${size} members' addresses`, name)
    return { name, definition, members, addressOf: (key) => members[hashText(key) % size] as Address }
  },

  /** One member for each of the declared keys: for keys that are few and known, such as markets. Throws `InvalidFamily`. */
  keyed<D extends AnyDefinition, const K extends string>(name: Address, definition: D, keys: readonly K[]): Family<D, K> {
    checked(name, definition)
    if (!Array.isArray(keys) || keys.length < 1 || keys.length > LIMITS.familyMembersMax) refuse("keys", `a list of 1 to ${LIMITS.familyMembersMax} keys`, keys)
    const byKey = new Map<string, Address>()
    for (const [index, key] of keys.entries()) {
      const address = typeof key === "string" ? interned(`${name}/${key}`) : ""
      if (!isAddress(address)) refuse(`keys[${index}]`, "the end of an address, such as eth-usdc", key)
      if (byKey.has(key)) refuse(`keys[${index}]`, "distinct from the other keys", key)
      byKey.set(key, address)
    }
    const addressOf = (key: K): Address => {
      const address = byKey.get(key)
      if (address === undefined) throw new NoSuchActor({ address: clip(`${name}/${String(key)}`) })
      return address
    }
    return { name, definition, members: [...byKey.values()], addressOf }
  },

  /** All members of a family, for a genesis. */
  actors<D extends AnyDefinition>(
    family: Family<D, any>,
    paramsOf: (address: Address, index: number) => ParamsOf<D>,
    balancesOf: (address: Address, index: number) => FundsLike | undefined = () => undefined,
  ): readonly GenesisActor[] {
    return family.members.map((address, index) => actor(address, family.definition, paramsOf(address, index), balancesOf(address, index)))
  },

  /**
   * What the members publish, folded in their order: as of one and the same block boundary, so the result is exact for that boundary. Undefined
   * where a member publishes no such view. `read` is `context.view` of a handler, or a world's `view`.
   */
  fold<V extends AnyView, A>(
    family: Pick<Family, "members">,
    read: ReadView,
    view: V,
    initial: A,
    combine: (sum: A, published: Published<V>, address: Address) => A,
  ): A | undefined {
    let sum = initial
    for (const address of family.members) {
      const published = read(view, address)
      if (published === undefined) return undefined
      sum = combine(sum, published, address)
    }
    return sum
  },
}
