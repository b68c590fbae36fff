import { registerHooks } from "node:module"

/**
 * For the rows without hashing, loaded before everything else in their process: the engine's SHA-256 becomes a constant, so its headers say
 * nothing, and the difference to the same row with hashing is what the digests cost. Nothing in core knows of it.
 */

const CONSTANT = `
  const bytes = Buffer.alloc(32)
  const text = "0".repeat(64)
  export const hash = (_algorithm, _data, encoding) => (encoding === "buffer" ? bytes : encoding === "binary" ? text.slice(0, 32) : text)
  const digest = { update: () => digest, digest: (encoding) => (encoding === "hex" ? text : bytes) }
  export const createHash = () => digest
`

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === "node:crypto" && /\/core\/[^/]+\.ts$/.test(context.parentURL ?? "")
      ? { url: `data:text/javascript,${encodeURIComponent(CONSTANT)}`, shortCircuit: true }
      : next(specifier, context),
})
